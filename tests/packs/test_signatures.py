from pathlib import Path

import pytest

from grader.packs import load
from grader.packs.signatures import parameters, signature_faults
from tests.helpers.packs import make_pack, toml

SHIPPED = sorted(path.parent for path in (Path(__file__).parents[2] / "assignments").glob("*/pack.toml"))
SOLUTION = "def gradient(params, x, *, rate=0.1):\n    return x\n"


def messages(handout, solution=SOLUTION, starter="def gradient(params, x, *, rate=0.1): ...\n"):
    files = {
        "handout.md": f"# T\n\n{handout}\n",
        "solution/squared.py": solution,
        "starter/squared.py": starter,
    }
    return [
        str(f) for f in signature_faults(make_pack({path: text.encode() for path, text in files.items()}))
    ]


@pytest.mark.parametrize(
    ("handout", "shown", "line"),
    [
        ("`gradient(x, params)`", "gradient(x, params)", 3),
        ("`gradient(params)`", "gradient(params)", 3),
        ("`gradient(params, x, t)`", "gradient(params, x, t)", 3),
        ("`gradient(params, x, steps=...)`", "gradient(params, x, steps=...)", 3),
        ("```python\nimport numpy\ndef gradient(weights, x):\n    ...\n```", "def gradient(weights, x)", 5),
        ("text\n\n    def gradient(params):\n        ...", "def gradient(params)", 5),
    ],
)
def test_other_parameters_than_those_of_the_solution_are_reported_with_both(handout, shown, line):
    assert messages(handout) == [
        f"handout.md:{line} is `{shown}`; solution/squared.py has gradient(params, x, rate=...); "
        "the handout must show the same parameters in this order"
    ]


@pytest.mark.parametrize(
    "handout",
    [
        "`gradient(params, x)`",  # what has a default may be left out
        "`gradient(params, x, rate)`, `gradient(params, x, rate=0.5)`, `gradient(params, x, rate=...)`",
        "`gradient(params, x)`, so `gradient(params, x_val)` is another call",
        "```python\ndef gradient(params, x, rate=0.1):  # (a comment\n    ...\n```",
        "`gradient`, `gradient()`, `gradient({'W1': 2}, 3)`, `y = gradient(x)`, `np.gradient(x)`",
        "`gradient(...)`, `gradient(params, ...)`",
        "$gradient(x)$ and `slope(x)`",
    ],
)
def test_one_signature_that_fits_is_enough_and_other_code_is_none(handout):
    assert messages(handout) == []


def test_the_starter_is_compared_too():
    (message,) = messages("`gradient(params, x)`", starter="def gradient(x, params): ...\n")

    assert "; starter/squared.py has gradient(x, params); " in message


@pytest.mark.parametrize(
    "source",
    [
        "gradient = make()\n",
        "class gradient:\n    def __init__(self, a): ...\n",
        "def gradient(*args, **kwargs): ...\n",
        "def gradient(",
        "if True:\n    def gradient(a): ...\n",
    ],
)
def test_functions_whose_parameters_are_not_written_out_are_not_compared(source):
    assert messages("`gradient(params, x)`", solution=source, starter=source) == []


def test_a_signature_is_read_over_lines_strings_comments_and_annotations():
    source = """
def f(): ...
def f(
    a: dict[str, int],  # first, (the best)
    /,
    b=(1, "),\\\\"),
    *rest: float,
    c: "a, b" = {"x": [1, 2]},
) -> None: ...
"""
    found = parameters(source, "f")

    assert (str(found), found.others) == ("a, b=..., c=...", True)


def test_reading_takes_linear_time_for_text_that_never_ends():
    for text in ('"' + "\\" * 5_000, "'''" * 3_000, "(" * 5_000, " " * 5_000, "a:" * 3_000, "*" * 5_000):
        assert parameters(f"def f({text}", "f") is None


def test_a_pack_with_text_files_is_not_compared():
    text = toml().replace(b'kind = "python"', b'kind = "text"')

    assert list(signature_faults(make_pack({"pack.toml": text, "handout.md": b"`gradient(q)`"}))) == []


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_each_shipped_handout_shows_the_parameters_of_its_functions(folder):
    pack = load(folder)
    names = [name for row in pack.manifest.files if row.kind == "python" for name in row.defines]

    assert list(signature_faults(pack)) == []
    other = pack.files["handout.md"].replace(b"(params, ", b"(weights, ")
    faults = list(signature_faults(type(pack).from_files({**pack.files, "handout.md": other})))
    assert bool(faults) == any(f"`{name}(params, " in pack.handout for name in names)
