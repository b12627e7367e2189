"""Every figure that the README claims, reproducible by `grader bench`."""
