"""How a fault of a file is written."""

import pytest

from grader.values.faults import Fault


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            Fault("pack.toml", "tests[2].points", "-5", "must be at least 0", 33),
            "pack.toml:33: tests[2].points is -5; must be at least 0",
        ),
        (Fault("a.py", "path", "", "must be relative"), "a.py: path; must be relative"),
        (Fault("handout.md", "", "missing", "is needed"), "handout.md is missing; is needed"),
        (Fault.of_file("mlp.py", "is empty."), "mlp.py: is empty."),
        (
            Fault.of_file("mlp.py", "is cut.", line=3, excerpt="    x(\n     ^"),
            "mlp.py:3: is cut.\n    x(\n     ^",
        ),
    ],
    ids=["key and value", "key", "value", "rule", "line and excerpt"],
)
def test_the_text_has_every_field_that_is_set(fault, text):
    assert str(fault) == text


def test_control_characters_in_names_and_values_are_escaped():
    text = str(Fault("a\nb.py", "k\x1b[31m", "v\x00", "rule"))

    assert text.isprintable()
    assert text.startswith("a")
    assert text.endswith("; rule")
