"""Numbers in a handout come from pack.toml, and what students must write is named there."""

from pathlib import Path

import pytest

from grader.packs import PackError, load
from grader.packs.bundle import bundle_files
from grader.packs.names import unnamed_faults
from grader.packs.placeholders import fill, placeholder_faults, values
from tests.helpers.packs import make_pack, toml

MANIFEST = make_pack().manifest
DOCS = Path(__file__).parents[2] / "docs/packs.md"
UNTOUCHED = "`{{points}}` and $x_{{points}}$ and ```\n{{points}}\n```"
SHIPPED = sorted(path.parent for path in (Path(__file__).parents[2] / "assignments").glob("*/pack.toml"))


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{visible_tests}} tests, {{visible_points}} points", "2 tests, 6.5 points"),
        ("{{ hidden_tests }} test, {{hidden_points}} points", "1 test, 3 points"),
        ("{{tests}} tests, {{points}} points", "3 tests, 9.5 points"),
        ("{{cpu_s}} s, {{memory_mb}} MB, {{total_s}} s", "2 s, 256 MB, 60 s"),
        ("{{test_loss.points}} and {{test_loss.points + test_gradient.points}}", "4 and 6.5"),
        (UNTOUCHED, UNTOUCHED),
    ],
)
def test_a_placeholder_is_the_number_of_pack_toml(text, filled):
    assert fill(text, MANIFEST) == filled
    assert list(placeholder_faults(text, MANIFEST)) == []


def test_the_limits_of_a_row_are_its_own_or_else_those_of_the_pack():
    row = b'id = "test_loss"'
    manifest = make_pack({"pack.toml": toml().replace(row, row + b"\nlimits = { cpu_s = 1.5 }")}).manifest
    text = "{{test_loss.cpu_s}} s, {{test_loss.memory_mb}} MB, {{test_gradient.cpu_s}} s, {{cpu_s}} s"

    assert fill(text, manifest) == "1.5 s, 256 MB, 2 s, 2 s"
    assert list(placeholder_faults(text, manifest)) == []


@pytest.mark.parametrize(
    "name", ["test_loss.total_s", "visible_poinst", "test_nothing.points", "", "test_loss", "points.points"]
)
def test_an_unknown_placeholder_is_a_fault_with_its_line(name):
    with pytest.raises(PackError) as caught:
        make_pack({"handout.md": f"# T\n\n{{{{{name}}}}} points\n".encode()})

    (fault,) = caught.value.faults
    assert str(fault).startswith(
        f"handout.md:3: placeholder is {{{{{name}}}}}; unknown; known are tests, points"
    )


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Two visible tests, 6.5 points, and one hidden test.", []),
        ("2 visible tests and 6.5 points", []),
        ("Ten visible tests, 90 points", ["visible_tests", "visible_points"]),
        ("Two visible\ntests, 7 points", ["visible_points"]),
        ("3 hidden tests", ["hidden_tests"]),
        ("each of the ten tests", []),
    ],
)
def test_a_number_written_by_hand_must_be_right(text, faults):
    assert [fault.key for fault in placeholder_faults(text, MANIFEST)] == faults


def test_students_download_the_handout_with_its_numbers():
    pack = make_pack({"handout.md": b"`loss` and `gradient`: {{points}} points\n"})

    bundled = bundle_files(pack)

    assert pack.handout == "`loss` and `gradient`: 9.5 points\n"
    assert bundled["handout.md"] == pack.handout.encode()
    assert b"9.5 points" in bundled["handout.html"]


def test_each_name_that_is_asked_for_is_in_the_handout():
    pack = make_pack({"handout.md": b"Write `loss(y, t)` and `gradients(y, t)`.\n"})

    (fault,) = unnamed_faults(pack)

    assert (fault.file, fault.key, fault.value) == ("pack.toml", "files[0].defines", '"gradient"')


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_handout_of_a_shipped_pack_states_its_numbers_by_placeholders(folder):
    pack = load(folder)
    text = pack.files["handout.md"].decode()

    assert list(unnamed_faults(pack)) == []
    assert "{{" in text
    assert not any(
        f"{kind} tests" in text.replace("}} " + f"{kind} tests", "") for kind in ("visible", "hidden")
    )


def test_the_page_for_authors_names_every_placeholder():
    page = DOCS.read_text("utf-8")

    assert [name for name in values(MANIFEST) if f"`{{{{{name}}}}}`" not in page] == []
