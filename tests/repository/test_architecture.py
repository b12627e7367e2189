"""docs/architecture.md is true: its files and names exist, its tree and its table are those of the code."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
FENCED = re.compile(r"^```.*?^```\n", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
COMMANDS = {"make check"}


def section(title):
    """The text below a heading of the page, up to the next."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def tree_paths():
    """The paths in the tree. A name two columns in is below the last name at the margin."""
    above, paths = "", []
    for line in FENCED.search(section("The tree")).group().splitlines()[1:-1]:
        entry = re.match(r"(|  )([\w.]+/?)(?=  |$)", line)
        if entry is not None:
            above = above if entry[1] else entry[2]
            paths.append(above + entry[2] if entry[1] else above)
    return paths


def row_of(contract):
    """The row of the table of imports that a contract of pyproject.toml asks for."""
    allowed = contract.get("allowed", ())
    ours = [name for name in allowed if (ROOT / name.partition(".")[0]).is_dir()]
    libraries = [name for name in allowed if name not in ours]
    cells = [" ".join(f"`{name}`" for name in names) for names in (contract["modules"], ours, libraries)]
    return f"| {' | '.join(cells)} |"


def blocks():
    """The paragraphs, list items and table rows that name something; not the pictures, nor the table of
    imports, whose rows begin with a module."""
    text = FENCED.sub("", PAGE)
    parts = re.split(r"\n\n|\n(?=\d+\. |\|)", text)
    return [part for part in parts if "`" in part and not part.startswith("| `")]


def defined_in(path):
    """The functions, methods and classes of a Python file, or of all that are below a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.suffix == ".py" else []
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def missing(block):
    """What a block of the page names and the code does not have: files, or names that none of the files
    named beside them defines."""
    spans = [span for span in CODE.findall(block) if span not in COMMANDS]
    paths = [ROOT / span for span in spans if is_path(span)]
    known = {name for path in paths if path.exists() for name in defined_in(path)}
    lost = [str(path.relative_to(ROOT)) for path in paths if not path.exists()]
    return lost + [span for span in spans if not is_path(span) and span not in known]


def is_path(span):
    return "/" in span or span == "pyproject.toml"


@pytest.mark.parametrize("block", blocks(), ids=lambda block: " ".join(CODE.findall(block))[:60])
def test_every_file_and_name_on_the_page_exists(block):
    assert missing(block) == []


@pytest.mark.parametrize(
    "block",
    [
        "1. `grader/nowhere.py`: a file that there is not.",
        "1. `grader/grading/grade.py`, `degrade`: a function that there is not.",
        "A name beside no file: `grade`.",
    ],
)
def test_it_finds_what_does_not_exist(block):
    assert len(missing(block)) == 1


def test_the_tree_shows_every_package_of_the_grader():
    packages = {path.parent.name for path in (ROOT / "grader").glob("*/__init__.py")}

    assert {f"grader/{name}/" for name in packages} - set(tree_paths()) == set()


def test_the_tree_shows_nothing_that_is_not_there():
    assert [path for path in tree_paths() if not (ROOT / path).exists()] == []


def test_the_table_of_imports_is_what_the_contracts_say():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = [contract for contract in settings["contracts"] if contract["type"] == "may-import"]

    rows = [line for line in section("Who may import what").splitlines() if line.startswith("| `")]
    assert rows == [row_of(contract) for contract in contracts]
