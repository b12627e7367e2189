"""Formulas written as text, read by a strict grammar into bounded tuples; nothing is ever evaluated here."""

from grader.candidate.formulas.sheet import Sheet

__all__ = ["Sheet"]
