"""A pack may enable a matplotlib that draws nothing."""

from pathlib import Path

import pytest

from grader.candidate.modules import MemoryModules
from grader.grading.client import Client
from grader.packs import PackError
from grader.values import PackFiles, Verdict
from tests.helpers.packs import make_pack
from tests.runner import kit

PLOTTING = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt, matplotlib.cm as cm
from matplotlib import pyplot, cm as maps
from matplotlib.colors import ListedColormap, LinearSegmentedColormap
from matplotlib.animation import FuncAnimation
from mpl_toolkits.mplot3d import Axes3D
import numpy as np
def f(x):
    plt.rcParams["figure.figsize"] = (4, 3); plt.rcParams.update({"font.size": 12}); plt.style.use("ggplot")
    fig, ax = plt.subplots(figsize=(4, 3))
    line, = ax.plot([1, 2], "r--", label="a"); line.set_data([1], [2])
    fig, axes = plt.subplots(2, 3, sharex=True)
    for a in axes.flat: a.set_title("t"); a.spines["top"].set_visible(False)
    fig, (left, right) = plt.subplots(1, 2)
    n, bins, patches = plt.hist(np.arange(9), bins=3)
    grid = ax.contourf(np.zeros((2, 2)), levels=3, cmap=cm.viridis); plt.colorbar(grid)
    three = fig.add_subplot(111, projection="3d"); three.plot_surface(x, x, x, cmap=ListedColormap(["r"]))
    colours = maps.rainbow(np.linspace(0, 1, 5)); plt.scatter([1], [2], c=colours[0])
    with plt.xkcd(): plt.savefig("a.png")
    plt.legend(); plt.grid(True); plt.tight_layout(); plt.show(); plt.close("all")
    return x
def drawn(x):
    return plt.figure()
"""
TESTS = """
def test_value(student):
    assert student.f(2.0) == 2.0
def test_drawing(student):
    student.drawn(1.0)
"""


@pytest.fixture
def client(shared_runner: Path) -> Client:
    return Client(shared_runner)


def test_a_pack_without_the_key_has_no_stand_in() -> None:
    assert not [path for path, _ in make_pack().pack_files.files if "matplotlib" in path]


def test_the_key_adds_the_stand_in_to_the_runners_files_and_changes_the_digest() -> None:
    pack = make_pack(top='stand_ins = ["matplotlib"]')

    assert "support/matplotlib/pyplot.py" in dict(pack.pack_files.files)
    assert pack.grading_digest != make_pack().grading_digest
    assert not [path for path in pack.files if "matplotlib" in path]


def test_a_file_of_the_pack_wins_over_the_stand_ins() -> None:
    own = {"support/matplotlib/__init__.py": b"OWN = 1\n"}
    pack = make_pack(own, top='stand_ins = ["matplotlib"]')

    assert dict(pack.pack_files.files)["support/matplotlib/__init__.py"] == b"OWN = 1\n"


def test_there_is_no_stand_in_for_another_library() -> None:
    with pytest.raises(PackError, match="stand_ins"):
        make_pack(top='stand_ins = ["torch"]')


def test_without_it_the_message_says_what_is_available() -> None:
    modules = MemoryModules({}, {"f.py": b"import matplotlib\n"})

    with pytest.raises(ModuleNotFoundError, match="the standard library and numpy are available here"):
        modules.find_spec("matplotlib", None)


def test_code_that_plots_is_graded_by_its_values(client: Client) -> None:
    files = make_pack(top='stand_ins = ["matplotlib"]').pack_files.files
    support = [(path, data) for path, data in files if path.startswith("support/")]
    pack = PackFiles.of([*kit.pack(TESTS).files, *support])

    value, drawing = kit.grade(client, pack, PLOTTING, "test_value", "test_drawing").outcomes

    assert value.verdict is Verdict.PASSED, value
    assert drawing.verdict is Verdict.FAILED
    assert "returned a Drawing" in drawing.message
