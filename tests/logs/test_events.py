"""The table of events in docs/operators.md agrees with the code, and every event is emitted somewhere."""

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


def test_the_table_in_the_docs_agrees_with_the_code():
    assert [row(event) for event in EVENTS] == ROWS


def test_no_two_events_share_a_name():
    assert len({event.name for event in EVENTS}) == len(EVENTS) > 30


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_event_is_emitted_somewhere(event):
    assert f"events.{event.__name__}(" in CODE


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_no_field_has_the_name_of_a_common_key(event):
    assert not {field.name for field in dataclasses.fields(event)} & {"time", "level", "event", "logger"}
