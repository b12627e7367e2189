"""Every shipped pack is checked in the sandbox, and the checker in its starter works."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.grading.client import Client
from grader.packcheck import check
from grader.packs import load
from tests.helpers.mistakes import wrong

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
FOLDERS = sorted(path.parent for path in ASSIGNMENTS.glob("*/pack.toml"))
SHIPPED = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
CALLED = re.compile(r"student\.((?:(?!inplace|many|timed|source)\w+\.?)+?)(?:\.(?:inplace|many|timed))?\(")
TEXTS = {"derivations", "questions"}  # text files: they have no functions
PROGRAMS = pytest.mark.parametrize(
    "folder", [f for f in FOLDERS if f.name not in TEXTS], ids=lambda folder: folder.name
)


def test_there_are_packs_to_check():
    shipped = {"activations", "mlp-backprop", "scalar-backprop", "vjp", "xor-training"}

    assert shipped <= {folder.name for folder in FOLDERS}


@SHIPPED
def test_the_pack_check_passes_in_the_sandbox(folder, shared_runner):
    client = Client(shared_runner)
    report = check(with_few_mistakes(load(folder)), client, draws=1, most_mutants=0, jobs=2)

    assert report.faults == ()
    assert report.proven


def with_few_mistakes(pack):
    """The pack with as few of its mistakes as fail, together, each test that any of them fails. `make packs`
    grades all of them, on more draws, and mutants too."""
    rest, kept = list(pack.manifest.mistakes), []
    unfailed = {test for row in rest for test in row.fails}
    while unfailed:
        kept.append(max(rest, key=lambda row: len(unfailed.intersection(row.fails))))
        rest.remove(kept[-1])
        unfailed.difference_update(kept[-1].fails)
    return replace(pack, manifest=pack.manifest.model_copy(update={"mistakes": tuple(kept)}))


@PROGRAMS
def test_messages_name_functions_that_the_handout_has(folder):
    tests = "".join(path.read_text() for path in folder.glob("tests/*.py"))
    called = {path.split(".")[-1] for path in CALLED.findall(tests)}
    handout = (folder / "handout.md").read_text()

    assert [name for name in sorted(called) if not re.search(rf"\b{name}\b", handout)] == []


@SHIPPED
def test_it_has_at_least_six_mistakes_each_described_by_a_sentence(folder):
    rows = load(folder).manifest.mistakes

    assert len(rows) >= 6
    for row in rows:
        if row.edit:
            assert row.why.endswith("."), row.name
        else:
            first = (folder / row.path).read_text().splitlines()[0]
            assert first.startswith('"""'), row.name
            assert first.endswith('."""'), row.name


def run_checker(tmp_path, folder, submission, *arguments):
    """The output of the starter's check.py in a folder with these submitted files (bytes by name)."""
    (tmp_path / "check.py").write_bytes((folder / "starter/check.py").read_bytes())
    for name, data in submission.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "check.py", *arguments]
    return subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def errors(printed):
    """The relative errors in the output of check.py, by parameter."""
    lines = (line for line in printed.splitlines() if "relative error" in line)
    return {line.split(":")[0]: float(line.split("relative error ")[1].split(";")[0]) for line in lines}


CHECKED = [
    ("mlp-backprop", "sigma_prime_left_out", {"W1", "b1"}),
    ("xor-training", "learning_rate_ignored", {"W1", "b1", "W2", "b2"}),
    ("activations", "tanh_not_squared", {"tanh"}),
    ("scalar-backprop", "one_path_only", {"along_curve t_bar"}),
    ("vjp", "copies_averaged", {"add b_bar"}),
    ("derivations", "direct_share_forgotten", {"curve_y_bar", "curve_t_bar"}),
    ("hvp", "gauss_newton", {"mlp product W1", "mlp product b1"}),
    ("computation-graph", "shares_overwritten", {"12 nodes, signals", "25 nodes, signals"}),
    (
        *("cost", "sigma_prime_left_out"),
        {"4-5-3 W1", "4-5-3 b1", "3-4-2-2 W1", "3-4-2-2 b1", "3-4-2-2 W2", "3-4-2-2 b2"},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "mistake", "wrong_parts"), CHECKED)
def test_the_starters_checker_shows_which_parts_are_wrong(tmp_path, pack, mistake, wrong_parts):
    folder = ASSIGNMENTS / pack
    submissions = (load(folder).below("solution"), wrong(folder, mistake))

    correct, mistaken = (errors(run_checker(tmp_path, folder, files)) for files in submissions)

    assert max(correct.values()) < 1e-6
    assert {name for name, error in mistaken.items() if error > 1e-3} == wrong_parts


@pytest.mark.parametrize("rows", [(), (5,)])
def test_the_starters_checker_replays_the_arguments_of_a_failed_call(tmp_path, rows):
    folder = ASSIGNMENTS / "mlp-backprop"
    rng = np.random.default_rng(0)
    shapes = {"W1": (6, 7), "b1": (6,), "W2": (2, 6), "b2": (2,)}
    params = {f"arg0.{name}": rng.normal(size=(*rows, *shape)) for name, shape in shapes.items()}
    np.savez(
        tmp_path / "a.npz", call="loss", arg1=rng.normal(size=(3, 7)), arg2=rng.normal(size=(3, 2)), **params
    )

    printed = run_checker(tmp_path, folder, wrong(folder, "sizes_written_in"), "a.npz")

    assert "W1: shape (5, 4), expected (6, 7)" in printed
    assert set(errors(printed)) == {"b1", "W2", "b2"}


@PROGRAMS
def test_the_starters_checker_says_that_nothing_is_written_yet(tmp_path, folder):
    pack = load(folder)
    starter = {name: pack.below("starter")[name] for name in pack.names}

    assert "returned None." in run_checker(tmp_path, folder, starter)
