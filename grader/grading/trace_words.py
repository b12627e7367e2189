"""What pages say of a trace; `grader.diagnosis.words.traces` has the words."""

from grader.diagnosis.words.traces import Mention, begins, ends, first_wrong_one, goes_on, right_ones

__all__ = ["Mention", "begins", "ends", "first_wrong_one", "goes_on", "right_ones"]
