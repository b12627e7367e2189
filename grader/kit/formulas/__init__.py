"""Checks formulas that a candidate has parsed: by their symbols, and by value at random points."""

from grader.kit.formulas.judging import Formulas

__all__ = ["Formulas"]
