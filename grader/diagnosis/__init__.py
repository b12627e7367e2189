"""Finds the mistake behind wrong gradients: compares them with the catalogue, on random inputs."""

from grader.diagnosis.diagnoser import Diagnosing
from grader.diagnosis.net import Net
from grader.diagnosis.signals import Signals
from grader.diagnosis.trace import Tracing

__all__ = ["Diagnosing", "Net", "Signals", "Tracing"]
