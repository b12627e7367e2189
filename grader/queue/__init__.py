"""The ring: Redis as a doorbell that names no row. See `grader.queue.bell`."""

from grader.queue.bell import is_reachable, ring, unanswered

__all__ = ["is_reachable", "ring", "unanswered"]
