"""The form of the lines is chosen by an option or a variable, and a wrong one is refused."""

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


def test_it_is_text_unless_something_else_is_asked():
    assert chosen() is Format.TEXT
    assert from_environment() is Format.TEXT


def test_the_variable_asks_and_the_option_wins(monkeypatch):
    monkeypatch.setenv("GRADECHECK_LOG_FORMAT", "json")

    assert chosen() is Format.JSON
    assert from_environment() is Format.JSON
    assert chosen("--log-format", "text") is Format.TEXT


def test_another_form_is_refused_in_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("GRADECHECK_LOG_FORMAT", "xml")
    with pytest.raises(SystemExit):
        chosen()
    with pytest.raises(SystemExit):
        chosen("--log-format", "yaml")

    said = capsys.readouterr().err
    assert "'xml' is no log format; text and json are" in said
    assert "'yaml' is no log format; text and json are" in said


def test_lines_go_to_standard_error_as_it_is_at_the_moment(lines, monkeypatch):
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
