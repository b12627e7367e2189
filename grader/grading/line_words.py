"""What pages say of a wrong line; `grader.diagnosis.words.lines` has the words."""

from grader.diagnosis.words.lines import name_of_kind, proof, question

__all__ = ["name_of_kind", "proof", "question"]
