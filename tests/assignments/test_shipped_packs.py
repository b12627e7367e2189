"""Every pack that ships is proven in the sandbox, and its starter's checker can be used."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.client import Client
from grader.pack import load
from grader.proof import check

SHELF = Path(__file__).parents[2] / "assignments"
FOLDERS = sorted(path.parent for path in SHELF.glob("*/pack.toml"))
SHIPPED = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
TEXTS = {"derivations", "questions"}  # nothing of them returns anything
PROGRAMS = pytest.mark.parametrize(
    "folder", [f for f in FOLDERS if f.name not in TEXTS], ids=lambda folder: folder.name
)


def test_there_are_packs_to_prove():
    shipped = {"activations", "mlp-backprop", "scalar-backprop", "vjp", "xor-training"}

    assert shipped <= {folder.name for folder in FOLDERS}


@SHIPPED
def test_it_is_proven_in_the_sandbox(folder, shared_runner):
    client = Client(shared_runner)
    report = check(load(folder), client, draws=1, most_mutants=0, jobs=2)  # more: `make packs`

    assert report.faults == ()
    assert report.proven


@SHIPPED
def test_it_has_at_least_six_mistakes_each_with_a_header_that_names_it(folder):
    files = [
        path for kind in ("*.py", "*.txt", "*/*.py") for path in sorted((folder / "mistakes").glob(kind))
    ]

    assert len(files) >= 6
    for path in files:
        first = path.read_text().splitlines()[0]
        if path.suffix == ".py":
            assert first.startswith('"""')
            assert first.endswith('."""')
        else:
            assert first.endswith(".")


def run_checker(tmp_path, folder, submission, *arguments):
    """What the starter's check.py prints beside a submission, a file or a folder of several."""
    names, place = load(folder).names, folder / submission
    (tmp_path / "check.py").write_bytes((folder / "starter/check.py").read_bytes())
    for name in names:
        (tmp_path / name).write_bytes((place if place.is_file() else place / name).read_bytes())
    command = [sys.executable, "check.py", *arguments]
    return subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def errors(printed):
    """The relative errors that check.py printed, by parameter."""
    lines = (line for line in printed.splitlines() if "relative error" in line)
    return {line.split(":")[0]: float(line.split("relative error ")[1].split(";")[0]) for line in lines}


CHECKED = [
    ("mlp-backprop", "solution/mlp.py", "mistakes/sigma_prime_left_out.py", {"W1", "b1"}),
    ("xor-training", "solution/xor.py", "mistakes/learning_rate_ignored.py", {"W1", "b1", "W2", "b2"}),
    ("activations", "solution/activations.py", "mistakes/tanh_not_squared.py", {"tanh"}),
    ("scalar-backprop", "solution/signals.py", "mistakes/one_path_only.py", {"along_curve t_bar"}),
    ("vjp", "solution/vjp.py", "mistakes/copies_averaged.py", {"add b_bar"}),
    (
        "derivations",
        "solution/derivations.txt",
        "mistakes/direct_share_forgotten.txt",
        {"curve_y_bar", "curve_t_bar"},
    ),
    ("hvp", "solution/hvp.py", "mistakes/gauss_newton.py", {"mlp product W1", "mlp product b1"}),
    (
        *("computation-graph", "solution/graph.py", "mistakes/shares_overwritten.py"),
        {"12 nodes, signals", "25 nodes, signals"},
    ),
    (
        *("cost", "solution/cost.py", "mistakes/sigma_prime_left_out.py"),
        {"4-5-3 W1", "4-5-3 b1", "3-4-2-2 W1", "3-4-2-2 b1", "3-4-2-2 W2", "3-4-2-2 b2"},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "right", "wrong", "departs"), CHECKED)
def test_the_starters_checker_tells_right_from_wrong(tmp_path, pack, right, wrong, departs):
    folder = SHELF / pack

    fine, slip = (errors(run_checker(tmp_path, folder, path)) for path in (right, wrong))

    assert max(fine.values()) < 1e-6
    assert {name for name, error in slip.items() if error > 1e-3} == departs


@pytest.mark.parametrize("rows", [(), (5,)])
def test_the_starters_checker_replays_the_arguments_of_a_failed_call(tmp_path, rows):
    rng = np.random.default_rng(0)
    shapes = {"W1": (6, 7), "b1": (6,), "W2": (2, 6), "b2": (2,)}
    params = {f"arg0.{name}": rng.normal(size=(*rows, *shape)) for name, shape in shapes.items()}
    np.savez(
        tmp_path / "a.npz", call="loss", arg1=rng.normal(size=(3, 7)), arg2=rng.normal(size=(3, 2)), **params
    )

    printed = run_checker(tmp_path, SHELF / "mlp-backprop", "mistakes/sizes_written_in.py", "a.npz")

    assert "W1: shape (5, 4), expected (6, 7)" in printed
    assert set(errors(printed)) == {"b1", "W2", "b2"}


@PROGRAMS
def test_the_starters_checker_says_that_nothing_is_written_yet(tmp_path, folder):
    assert "returned None." in run_checker(tmp_path, folder, "starter")
