"""What a pack's tests may import from us: failing, seeds and the types of a check."""

from grader.examiner.outcome import Mismatch, Recorder, Seed, fail

__all__ = ["Mismatch", "Recorder", "Seed", "fail"]
