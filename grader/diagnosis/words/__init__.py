"""The words of a diagnosis: what a mistake of reference/mistakes/__init__.py is called, and what to ask."""

from grader.diagnosis.words.sentences import worded

__all__ = ["worded"]
