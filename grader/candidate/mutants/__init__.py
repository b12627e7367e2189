"""Slips in a right program, one at a time, made on its syntax tree. Nothing is run."""

from grader.candidate.mutants.drawing import draw

__all__ = ["draw"]
