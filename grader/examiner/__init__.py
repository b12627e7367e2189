"""The process that runs a pack's tests: pytest with our fixtures, and the loop that waits for gradings."""
