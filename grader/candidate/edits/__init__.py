"""Mutants of a correct program: each has one small change, made with the syntax tree. Nothing is run."""

from grader.candidate.edits.drawing import draw

__all__ = ["draw"]
