"""Pictures as the page draws them: well-formed SVG without styles or scripts, with their numbers; wrong
data never make the page fail."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kit.pictures import Band, Pictures
from grader.kit.recorder import Recorder
from grader.values import Picture
from web.render.pictures import render_picture

HOSTILE = "<script>alert(1)</script>\" onload='x'"


def make_picture(kind, title="A title"):
    recorder = Recorder()
    picture = Pictures(recorder)
    rng = np.random.default_rng(1)
    if kind == "heatmap":
        want = rng.normal(size=(5, 4))
        picture.heatmap(title, {"W1": (want * np.where(want > 0, 1.0, -1.0), want), "b1": (want[0], want[0])})
    elif kind == "graph":
        parents = {"x": (), "w": (), "z": ("w", "x"), "y": ("z",)}
        right = {"y": 1.0, "z": 0.25, "w": np.ones(3), "x": np.ones(3)}
        picture.graph(title, parents, values=right, got={**right, "z": 0.5}, want=right, rules={"z": "w x"})
    elif kind == "boundary":
        x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        picture.boundary(title, lambda x: np.abs(x[:, 0] - x[:, 1]), x, [0, 1, 1, 0])
    elif kind == "curve":
        losses = np.exp(-np.linspace(0, 5, 200))
        picture.curve(title, losses, Band(range(200), losses * 0.8, losses * 1.2, losses), goal=0.05)
    else:
        path = [{"w": np.array([4.0 - t, 2.0 - t**2 / 8.0])} for t in np.linspace(0.0, 4.0, 9)]
        picture.surface(title, path, lambda p: np.sum(p["w"] ** 2, axis=1))
    recorder.explain()
    (drawn,) = recorder.pictures
    return drawn


KINDS = ["heatmap", "graph", "boundary", "curve", "surface"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_well_formed_svg_with_a_title_and_its_numbers(kind):
    text = str(render_picture(make_picture(kind)))

    drawings = re.findall(r"<svg.*?</svg>", text, re.S)
    assert drawings
    for drawing in drawings:
        ElementTree.fromstring(drawing)
    assert "A title" in text
    assert "<table" in text
    assert "<details" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_needs_no_style_and_no_script(kind):
    text = str(render_picture(make_picture(kind)))

    assert not re.search(r"\sstyle\s*=|<style|<script|\son\w+\s*=|javascript:", text)


@pytest.mark.parametrize("kind", KINDS)
def test_markup_in_a_title_is_text(kind):
    text = str(render_picture(make_picture(kind, HOSTILE[:60])))

    assert "<script" not in text
    assert "&lt;script" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_give_the_same_page(kind):
    assert render_picture(make_picture(kind)) == render_picture(make_picture(kind))


def test_the_numbers_of_a_heat_map_are_in_its_table():
    recorder = Recorder()
    want = np.array([[1.25, 2.5]])
    Pictures(recorder).heatmap("W", {"W1": (want + np.array([[0.0, 1.0]]), want)})

    text = str(render_picture(recorder.pictures[0]))

    assert "3.5" in text
    assert "1.25" in text


BAD = {
    "nothing": {},
    "an unknown key": {"parameters": [], "more": 1},
    "a number for a list": {"parameters": 7, "nodes": 7, "answers": 7, "yours": 7, "losses": 7},
    "text for numbers": {"yours": {"steps": ["a"], "losses": ["b"]}, "others": [], "of": HOSTILE},
    "rows of several lengths": {"low": 0.0, "high": 1.0, "level": 0.5, "answers": [[1.0], [1.0, 2.0]]},
    "huge numbers": {"a": [-1e308, 1e308], "b": [0.0, 1e308], "losses": [[1e308]], "path": [], "share": 1.0},
    "markup": {HOSTILE: HOSTILE, "nodes": [{"name": HOSTILE}]},
    "a graph with a cycle": {
        "nodes": [
            {
                "name": n,
                "rule": "",
                "value": None,
                "state": "agrees",
                "want": None,
                "got": None,
                "error": None,
            }
            for n in "ab"
        ],
        "edges": [["a", "b"], ["b", "a"]],
        "first": None,
    },
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BAD)
def test_data_that_can_not_be_drawn_are_shown_as_a_table(kind, name):
    text = str(render_picture(Picture(kind, "T", BAD[name])))

    assert "<figure" in text
    assert "<script" not in text


def with_leaf(value, at, put):
    """The value with the at-th of its leaves replaced."""
    count = 0

    def walk(x):
        nonlocal count
        if isinstance(x, dict):
            return {k: walk(v) for k, v in x.items()}
        if isinstance(x, list):
            return [walk(v) for v in x]
        count += 1
        return put if count - 1 == at else x

    return walk(value)


LEAVES = st.sampled_from(
    [None, True, -1, 0, 10**30, 1e308, -1e308, 5e-324, "", HOSTILE, [], {}, [[]], "a" * 5000]
)


@pytest.mark.parametrize("kind", KINDS)
@given(at=st.integers(0, 400), put=LEAVES)
def test_property_one_changed_value_never_breaks_the_page(kind, at, put):
    picture = make_picture(kind)

    text = str(render_picture(Picture(kind, "T", with_leaf(dict(picture.data), at, put))))

    assert "<figure" in text
    assert "<script" not in text
    for drawing in re.findall(r"<svg.*?</svg>", text, re.S):
        ElementTree.fromstring(drawing)
