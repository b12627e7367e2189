import pytest

from grader.packs.names import defines_faults, handout_faults
from tests.helpers.packs import make_pack, toml


def messages(handout, **files):
    changed = {path.replace("__", "/") + ".py": text.encode() for path, text in files.items()}
    return [str(fault) for fault in handout_faults(make_pack({"handout.md": handout.encode(), **changed}))]


def test_a_function_that_the_starter_lacks_is_reported_with_its_line():
    assert messages("# T\n\nSome words,\nthen `hessian(y, t)`.\n") == [
        "handout.md:4 is `hessian(y, t)`; starter/ has no function hessian: "
        "add it to the starter, or write it as a formula"
    ]


def test_each_function_is_reported_once():
    assert len(messages("`hessian(y)` and `hessian(y, t)`, or `slope(y)`.\n")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "`loss(y, t)` and `gradient(y, t)`",  # the starter's own
        "`np.sum(y)`, `y.sum(axis=0)`, `rng.normal(size=3)`",
        "`len(y)`, `range(3)`, `print(x)`, `ValueError(3)`",
        "`f(x)` and `J(w)`",  # mathematics
        "`hessian`, `(y, t)`, `y = hessian(t)`, `hessian(y) + 1`",
        "$hessian(y)$",
        "```\nhessian(y)\n```",
        "    hessian(y)",
        "`helper(y)`\n\n```python\ndef helper(y):\n    return y\n```",
    ],
)
def test_other_code_is_not_checked(text):
    assert messages(f"# T\n\n{text}\n") == []


@pytest.mark.parametrize(
    "starter",
    [
        "def hessian(y, t): ...",
        "class Net:\n    def hessian(self, y): ...",
        "class hessian:\n    pass",
        "from helper import other, hessian",
        "hessian = None",
        "hessian: object = None",
        "async def hessian(): ...",
    ],
)
def test_a_starter_has_what_it_defines_assigns_or_imports(starter):
    assert messages("`hessian(y, t)`\n", starter__squared=starter + "\n") == []


@pytest.mark.parametrize(
    "starter", ["# hessian", "def hessians(): ...", "x = hessian(y)", 'y = "def hessian"']
)
def test_a_starter_that_only_mentions_it_lacks_it(starter):
    assert len(messages("`hessian(y, t)`\n", starter__squared=starter + "\n")) == 1


def test_functions_in_the_support_folder_count_too():
    assert messages("`hessian(y, t)`\n", support__helper="def hessian(y, t): ...\n") == []


def test_a_name_in_defines_that_the_solution_lacks_is_reported():
    text = toml().replace(b'"gradient"]', b'"gradeint"]')

    assert [str(fault) for fault in defines_faults(make_pack({"pack.toml": text}))] == [
        'pack.toml:12: files[0].defines is "gradeint"; solution/squared.py has no such name'
    ]
    assert list(defines_faults(make_pack())) == []


def test_a_pack_without_python_files_is_not_checked():
    text = toml().replace(b'"squared.py"', b'"squared.txt"').replace(b'kind = "python"', b'kind = "text"')
    files = {"starter/squared.txt": b"", "solution/squared.txt": b"x", "handout.md": b"`dsigma(x)`\n"}
    pack = make_pack({**files, "pack.toml": text, "solution/squared.py": None, "starter/squared.py": None})

    assert list(handout_faults(pack)) == []
