"""The data of pictures: limited in size, finite or None, and equal to the arrays that they show."""

import json
from dataclasses import replace

import numpy as np
import pytest

from grader.grading import pictures as shapes
from grader.kit.pictures import Band, Pictures
from grader.kit.recorder import Mismatch, Recorder
from grader.values import PICTURES_KEPT
from grader.values.student_faults import StudentError


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def picture(recorder):
    return Pictures(recorder)


def drawn(recorder):
    recorder.explain()
    (only,) = recorder.pictures
    return shapes.read(only)


def test_a_heat_map_counts_the_wrong_entries_and_names_the_worst(picture, recorder):
    want = np.arange(1.0, 13.0).reshape(3, 4)
    got = want.copy()
    got[2, 1] *= -1

    picture.heatmap("W", {"W1": (got, want)}, threshold=1e-6)

    (part,) = drawn(recorder).parameters
    assert (part.entries, part.wrong, part.shape) == (12, 1, [3, 4])
    assert part.worst[0].at == [2, 1]
    assert (part.worst[0].got, part.worst[0].want) == (-10.0, 10.0)
    assert part.errors[2][1] == 1.0
    assert part.errors[0][0] == 0.0


def test_each_cell_of_a_large_heat_map_shows_the_largest_error_of_its_entries(picture, recorder):
    want = np.ones((300, 70))
    got = want.copy()
    got[299, 69] = 5.0

    picture.heatmap("W", {"W1": (got, want)})

    (part,) = drawn(recorder).parameters
    assert len(part.errors) <= 24
    assert len(part.errors[0]) <= 24
    assert part.got is None
    assert part.wrong == 1
    assert max(max(row) for row in part.errors) == part.errors[-1][-1] > 0.5


def test_entries_that_are_not_finite_are_none_and_count_as_wrong(picture, recorder):
    picture.heatmap("b", {"b1": (np.array([np.nan, np.inf, 1.0]), np.ones(3))})

    (part,) = drawn(recorder).parameters
    assert part.wrong == 2
    assert sum(row.count(None) for row in part.errors) == 2


PARENTS = {"x": (), "y": (), "z": (), "q": ("x", "y"), "f": ("q", "z")}
RIGHT = {"f": 1.0, "q": -3.0, "z": 1.0, "x": -3.0, "y": -3.0}


def test_a_graph_marks_the_first_wrong_node_on_the_way_back_and_those_after_it(picture, recorder):
    got = {**RIGHT, "q": 3.0, "x": 3.0}
    got.pop("y")

    picture.graph("f = (x + y) z", PARENTS, values={"q": 1.0, "f": -3.0}, got=got, want=RIGHT)

    graph = drawn(recorder)
    states = {node.name: node.state for node in graph.nodes}
    assert graph.first == "q"
    assert states == {"f": "agrees", "z": "agrees", "q": "wrong", "x": "after", "y": "not returned"}


def test_pictures_of_earlier_reports_are_still_read(picture, recorder):
    picture.heatmap("b", {"b1": (np.array([2.0, 1.0]), np.ones(2))})
    picture.graph("f = (x + y) z", PARENTS, values={}, got={**RIGHT, "q": 3.0}, want=RIGHT)
    heat, graph = recorder.pictures
    (part,) = heat.data["parameters"]
    earlier_part = {("departing" if key == "wrong" else key): value for key, value in part.items()}
    nodes = [
        {**node, "state": "departs"} if node["state"] == "wrong" else node for node in graph.data["nodes"]
    ]

    earlier_heat = replace(heat, data={**heat.data, "parameters": [earlier_part]})
    earlier_graph = replace(graph, data={**graph.data, "nodes": nodes})

    assert shapes.read(earlier_heat) == shapes.read(heat)
    assert shapes.read(earlier_graph) == shapes.read(graph)


def test_a_boundary_calls_the_net_once_and_keeps_its_points(picture, recorder):
    calls = []

    def predict(x):
        calls.append(len(x))
        return x[:, :1] * x[:, 1:]

    points = np.array([[0.0, 0.0], [1.0, 1.0]])
    picture.boundary("XOR", predict, points, [0.0, 1.0])

    data = drawn(recorder)
    assert len(calls) == 1
    assert [point.answer for point in data.points] == [0.0, 1.0]
    assert data.answers[0][0] == pytest.approx(0.25)  # at (-0.5, -0.5)


@pytest.mark.parametrize("noise", [0.0, 1e-16, 3e-5], ids=["none", "rounding", "fifth digit"])
@pytest.mark.parametrize("level", [0.5, 0.49995, 0.6])
def test_a_net_with_one_output_everywhere_gets_no_boundary(picture, recorder, noise, level):
    rng = np.random.default_rng(0)

    def predict(x):
        return level + noise * rng.normal(size=len(x))

    picture.boundary("XOR", predict, np.zeros((1, 2)), [0.0], level=level, note="A note.")

    data = drawn(recorder)
    (answer,) = {answer for row in data.answers for answer in row}
    assert answer == pytest.approx(level, rel=1e-3)
    assert data.note == (
        "A note. Your net's output is the same on the whole square, to three digits: "
        "there is no boundary to draw."
    )


def test_a_boundary_in_small_outputs_is_drawn(picture, recorder):
    picture.boundary("XOR", lambda x: 1e-9 * x[:, 0], np.zeros((1, 2)), [0.0], level=1e-10)

    data = drawn(recorder)
    assert len({answer for row in data.answers for answer in row}) == 33
    assert data.note == ""


def test_a_surface_has_no_lines_of_rounding_and_a_path_that_stands_still_has_none(picture, recorder):
    rng = np.random.default_rng(0)
    path = [{"w": np.array([4.0 - t, 2.0 - t**2 / 8.0])} for t in np.linspace(0.0, 4.0, 9)]
    still = [{"w": np.ones(2) + 1e-16 * rng.normal(size=2)} for _ in range(9)]

    picture.surface("still", still, lambda p: np.sum(p["w"] ** 2, axis=1))
    picture.surface("loss", path, lambda p: 0.24995 + 1e-16 * rng.normal(size=len(p["w"])))

    assert len({value for row in drawn(recorder).losses for value in row}) == 1
    assert recorder.left_out == ["a picture was left out: ValueError: 'still', the path has no plane"]


def test_a_curve_is_thinned_and_keeps_both_ends(picture, recorder):
    losses = np.linspace(2.0, 0.0, 1001)
    band = Band(range(1001), losses * 0.9, losses * 1.1, losses)

    picture.curve("loss", losses, band, others=[losses] * 20, goal=0.1)

    data = drawn(recorder)
    assert len(data.yours.steps) <= 81
    assert (data.yours.steps[0], data.yours.steps[-1]) == (0, 1000)
    assert (data.yours.losses[0], data.yours.losses[-1]) == (2.0, 0.0)
    assert len(data.others) <= 9


def test_a_surface_has_the_loss_at_both_ends_of_the_path(picture, recorder):
    path = [{"w": np.array([4.0 - t, 2.0 - t**2 / 8.0])} for t in np.linspace(0.0, 4.0, 9)]

    picture.surface("loss", path, lambda p: np.sum(p["w"] ** 2, axis=1))

    data = drawn(recorder)
    assert data.path[-1].loss == 0.0
    assert data.path[0].loss == 20.0
    assert data.share == pytest.approx(1.0)


def test_a_path_that_never_moves_has_no_surface_and_staff_see_a_note(picture, recorder):
    picture.surface("loss", [{"w": np.ones(2)}] * 5, lambda p: np.ones(len(p["w"])))
    recorder.explain()

    assert recorder.pictures == []
    assert "no plane" in recorder.left_out[0]


def test_an_error_while_drawing_costs_no_points(picture, recorder):
    def broken():
        raise StudentError("ValueError", "no", "")

    picture.draw(broken)
    recorder.explain()

    assert recorder.pictures == []
    assert "left out" in recorder.left_out[0]


def test_it_draws_only_if_a_comparison_fails_and_after_the_test(picture, recorder):
    calls = []
    with picture.if_failed(calls.append, 1):
        pass
    with pytest.raises(Mismatch), picture.if_failed(calls.append, 2):
        raise Mismatch("wrong")
    during = list(calls)
    recorder.explain()

    assert (during, calls) == ([], [2])


def test_a_test_keeps_at_most_four_pictures(picture, recorder):
    for number in range(PICTURES_KEPT + 2):
        picture.curve(f"loss {number}", [1.0, 0.5])

    assert len(recorder.pictures) == PICTURES_KEPT
    assert len(recorder.left_out) == 2


def test_a_picture_is_json_of_at_most_64000_bytes(picture, recorder):
    rng = np.random.default_rng(0)
    picture.heatmap("W", {f"W{i}": (rng.normal(size=(50, 60)), rng.normal(size=(50, 60))) for i in range(6)})

    assert len(json.dumps(recorder.pictures[0].data)) < 64_000
