"""What pages say of a wrong line; `grader.diagnosis.words` has the words."""

from grader.diagnosis.words.first_wrong import first_wrong
from grader.diagnosis.words.joined import joined
from grader.diagnosis.words.lines import name_of_kind, proof, question

__all__ = ["first_wrong", "joined", "name_of_kind", "proof", "question"]
