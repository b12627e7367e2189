"""The table of events in docs/operators.md is the code's, and every event of it happens somewhere."""

import dataclasses
import logging
import re
from pathlib import Path

import pytest

from grader.logs.events import Event

ROOT = Path(__file__).parents[2]
SECTION = (ROOT / "docs" / "operators.md").read_text().partition("\n## Logs\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| `([a-z_.]+)` \| (\w+) \| (.*?) \|", SECTION, re.MULTILINE)
EVENTS = Event.__subclasses__()
CODE = "\n".join(path.read_text() for folder in ("grader", "web") for path in (ROOT / folder).rglob("*.py"))


def row(event):
    fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(event))
    return event.name, logging.getLevelName(event.level).lower(), fields


def test_the_operators_table_says_what_the_code_says():
    assert [row(event) for event in EVENTS] == ROWS


def test_no_two_events_share_a_name():
    assert len({event.name for event in EVENTS}) == len(EVENTS) > 30


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_event_happens_somewhere(event):
    assert f"events.{event.__name__}(" in CODE


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_no_field_hides_what_every_line_has(event):
    assert not {field.name for field in dataclasses.fields(event)} & {"time", "level", "event", "logger"}
