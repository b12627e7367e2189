"""A pack may enable a matplotlib that draws nothing."""

from pathlib import Path
from typing import get_args

import pytest

from grader.candidate.modules import MemoryModules
from grader.candidate.scan import scan_files
from grader.grading.client import Client, _scan
from grader.grading.preflight import preflight_faults
from grader.packs import PackError
from grader.packs.standins import StandIn
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
    from matplotlib import cbook, image, patheffects; import matplotlib.backends.backend_agg, pylab
    import mpl_toolkits.axes_grid1.inset_locator, matplotlib as mpl; mpl.cbook.flatten; image.imread("a.png")
    low, high = ax.get_ylim(); plt.ylim(0, 1.1 * high + np.ones(2)); first, *others = ax.lines
    (a, b), c = ax.get_legend_handles_labels(), 3
    for bar, value in zip(plt.bar([1], [2]), [3]): raise ValueError
    assert not ax.lines and len(ax.lines) == 0 and 3 not in ax.lines
    class Mine(plt.Axes):
        def size(self): return 3
    assert Mine(fig, [0, 0, 1, 1]).size() == 3 and Mine().set_title("t") is not None
    def colour(map: plt.Axes | None) -> "list[plt.Axes]": return f"{map:.2f}"
    colour(cm.viridis)
    try: raise mpl.MatplotlibDeprecationWarning("old")
    except mpl.MatplotlibDeprecationWarning: pass
    return x
def drawn(x):
    return plt.figure()
def starred(x):
    space = {}
    exec("from pylab import *; from matplotlib.pyplot import *", space)
    space["plot"]([1]); space["xlabel"]("x")
    return float(space["exp"](space["zeros"](1))[0]) + space["max"](x, 1.0)
def others(x):
    import scipy, scipy.special, seaborn as sns, pandas as pd, IPython
    from scipy.optimize import minimize; from scipy.linalg import LinAlgError
    from IPython.display import display, clear_output
    from tqdm.auto import tqdm, trange; from tqdm import tqdm as bar; import tqdm as whole
    sns.set_theme(); pd.DataFrame({"a": [1]}).plot(); display(x); clear_output(wait=True)
    with bar(total=3) as p: p.update(1); p.set_postfix(loss=1.0)
    return x + sum(tqdm([1.0, 2.0], desc="e")) + sum(trange(3)) + sum(whole.tqdm(range(2)))
def computed(x):
    from scipy.special import expit
    return {"y": 2.0 * expit(np.ones(3)) + x}
def number(x):
    from scipy.special import expit
    return float(np.mean(expit(x)))
"""
SOURCE = b"import %s\nloss = gradient = len\n"
TESTS = """
def test_value(student):
    assert student.f(2.0) == 2.0
def test_drawing(student):
    student.drawn(1.0)
def test_starred(student):
    assert student.starred(2.0) == 3.0
def test_others(student):
    assert student.others(1.0) == 8.0
def test_computed(student):
    student.computed(1.0)
def test_number(student):
    student.number(1.0)
"""


@pytest.fixture
def client(shared_runner: Path) -> Client:
    return Client(shared_runner)


def test_a_pack_without_the_key_has_no_stand_in() -> None:
    assert not [path for path, _ in make_pack().pack_files.files if "matplotlib" in path]


def test_the_key_adds_the_stand_in_to_the_runners_files_and_changes_the_digest() -> None:
    pack = make_pack(top='stand_ins = ["matplotlib"]')

    assert "support/matplotlib/__init__.py" in dict(pack.pack_files.files)
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
    top = 'stand_ins = ["matplotlib", "seaborn", "scipy", "pandas", "tqdm", "IPython"]'
    files = make_pack(top=top).pack_files.files
    support = [(path, data) for path, data in files if path.startswith("support/")]
    pack = PackFiles.of([*kit.pack(TESTS).files, *support])
    names = ("test_value", "test_drawing", "test_starred", "test_others", "test_computed", "test_number")

    outcomes = {outcome.id: outcome for outcome in kit.grade(client, pack, PLOTTING, *names).outcomes}

    for name in ("test_value", "test_starred", "test_others"):
        assert outcomes[name].verdict is Verdict.PASSED, outcomes[name]
    for name, library in (
        ("test_drawing", "matplotlib"),
        ("test_computed", "scipy"),
        ("test_number", "scipy"),
    ):
        assert outcomes[name].verdict in (Verdict.FAILED, Verdict.ERROR), outcomes[name]
        assert f"value of {library}, which computes nothing here" in outcomes[name].message


@pytest.mark.parametrize("name", get_args(StandIn))
def test_a_stand_in_is_not_called_missing_before_the_submission(name: str) -> None:
    scans = [_scan(facts, "squared.py") for facts in scan_files([("squared.py", SOURCE % name.encode())])]

    assert preflight_faults(make_pack(top=f'stand_ins = ["{name}"]'), scans) == ()
    assert len(preflight_faults(make_pack(), scans)) == 1
