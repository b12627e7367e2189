"""Right answers in numpy: the lecture's networks, their gradients, and the gradient check.

Pure functions in float64 with batches as rows; a random generator is always an argument. Nothing here
depends on grading. README.md in this folder derives the formulas of the docstrings.
"""
