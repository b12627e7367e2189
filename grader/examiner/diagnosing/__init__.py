"""Why a gradient departs: matched with the catalogue of slips, on inputs of our own drawing."""

from grader.examiner.diagnosing.asking import diagnosed
from grader.examiner.diagnosing.kinds import Diagnosing
from grader.examiner.diagnosing.net import Net
from grader.examiner.diagnosing.signals import Signals

__all__ = ["Diagnosing", "Net", "Signals", "diagnosed"]
