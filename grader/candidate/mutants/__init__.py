"""Mutants of a correct program: each has one small change, made with the syntax tree. Nothing is run."""

from grader.candidate.mutants.drawing import draw

__all__ = ["draw"]
