"""The format of log lines is chosen by an option or a variable, and a wrong one is refused."""

import argparse
import io
import logging
import sys

import pytest

from grader.logs import Format, add_option, configure, emit, events, from_environment


def chosen(*arguments):
    parser = argparse.ArgumentParser()
    add_option(parser)
    return parser.parse_args(arguments).log_format


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv("GRADECHECK_LOG_FORMAT", raising=False)


def test_the_format_is_text_by_default():
    assert chosen() is Format.TEXT
    assert from_environment() is Format.TEXT


def test_the_option_overrides_the_variable(monkeypatch):
    monkeypatch.setenv("GRADECHECK_LOG_FORMAT", "json")

    assert chosen() is Format.JSON
    assert from_environment() is Format.JSON
    assert chosen("--log-format", "text") is Format.TEXT


def test_an_unknown_format_is_refused_with_a_message(monkeypatch, capsys):
    monkeypatch.setenv("GRADECHECK_LOG_FORMAT", "xml")
    with pytest.raises(SystemExit):
        chosen()
    with pytest.raises(SystemExit):
        chosen("--log-format", "yaml")

    message = capsys.readouterr().err
    assert "'xml' is not a log format; use text or json" in message
    assert "'yaml' is not a log format; use text or json" in message


def test_lines_go_to_the_current_standard_error(lines, monkeypatch):
    configure(Format.TEXT)
    later = io.StringIO()
    monkeypatch.setattr(sys, "stderr", later)
    emit(events.SweepFailed(error="OperationalError"))

    assert "sweep.failed error=OperationalError" in later.getvalue()


def test_it_leaves_other_handlers_in_place(lines):
    other = logging.NullHandler()
    logging.getLogger().addHandler(other)
    configure(Format.TEXT, io.StringIO())

    assert other in logging.getLogger().handlers
    logging.getLogger().removeHandler(other)
