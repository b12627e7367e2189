"""The words of a diagnosis: what a slip of reference/mistakes.py is called, and what to ask."""

from grader.diagnosis.telling import worded

__all__ = ["worded"]
