"""Why a gradient departs: matched with the catalogue of mistakes, on inputs of our own drawing."""

from grader.diagnosis.diagnoser import Diagnosing
from grader.diagnosis.net import Net
from grader.diagnosis.signals import Signals

__all__ = ["Diagnosing", "Net", "Signals"]
