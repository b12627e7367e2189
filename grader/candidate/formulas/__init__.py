"""Formulas written as text: a strict grammar turns them into tuples of limited size. It evaluates nothing."""

from grader.candidate.formulas.sheet import Sheet

__all__ = ["Sheet"]
