"""Ground truth in numpy: the lecture's networks, their gradients, and how a gradient is checked.

Pure functions in float64 with batches as rows; a generator is always passed in. Nothing here
knows of grading. README.md of this folder derives what the docstrings state.
"""
