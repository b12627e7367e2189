"""Judges formulas that a candidate has read: by value at random points, and by their symbols."""

from grader.kit.formulas.judging import Formulas

__all__ = ["Formulas"]
