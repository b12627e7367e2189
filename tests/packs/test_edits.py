"""Mistakes as edits: each old text must be in the solution exactly once, else the pack is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.packs import Pack, PackError
from grader.packs.bundle import bundle_files
from grader.packs.edits import edit_faults, edited, places
from grader.packs.manifest import EditRow
from grader.packs.mistakes import difference, named, program
from grader.packs.pack import read
from tests.helpers.packs import EDITED, SOLUTION, edited_files

EDIT = EDITED[EDITED.index("[[mistakes.edit]]") :]


def pack_with(mistake=EDITED):
    return Pack.from_files(edited_files(mistake))


def faults_of(mistake, changed=None, **parts):
    with pytest.raises(PackError) as refused:
        Pack.from_files(edited_files(mistake, changed, **parts))
    return [str(fault) for fault in refused.value.faults]


def edit(old, new, **more):
    return EditRow(old=old, new=new, **more)


def test_the_program_is_the_solution_with_the_edit_made():
    pack = pack_with()

    made = program(pack, named(pack, "sign"))

    assert made == {"squared.py": SOLUTION + b"def gradient(y, t):\n    return t - y\n"}


def test_its_diff_has_the_line_before_and_after():
    pack = pack_with()

    lines = difference(pack, named(pack, "sign")).split("\n")

    assert lines[:2] == ["--- solution/squared.py", "+++ squared.py"]
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-    return y - t", "+    return t - y"]


def test_edits_in_one_line_of_toml_are_the_same():
    pack = pack_with(EDITED.replace(EDIT, "edit = [{ old = 'return y - t', new = 'return t - y' }]\n"))

    assert named(pack, "sign").edit == (edit("return y - t", "return t - y"),)


def test_a_mistake_without_a_title_is_named_by_its_why():
    pack = pack_with()

    assert pack.manifest.mistake_title(named(pack, "sign")) == "The sign is wrong"


def test_edits_change_the_content_digest_and_not_the_grading_digest():
    one = pack_with()
    other = pack_with(EDITED.replace("return t - y", "return t + y"))

    assert one.content_digest != other.content_digest
    assert one.grading_digest == other.grading_digest


def test_edits_are_neither_in_the_bundle_nor_in_the_runners_files():
    pack = pack_with()
    shared = [*bundle_files(pack).values(), *pack.run_files.values()]

    assert not any(b"return t - y" in data or b"The sign is wrong" in data for data in shared)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "return y - t",
            "return  y - t",
            'pack.toml:51: mistakes[1].edit[0].old is "return  y - t"; must be in solution/squared.py '
            "exactly once, but is not there; line 8 is the most similar: return y - t",
        ),
        (
            "return y - t",
            "y - t",
            'pack.toml:51: mistakes[1].edit[0].old is "y - t"; must be in solution/squared.py exactly once, '
            "but is there 2 times, in lines 2, 8; include more of the text around it",
        ),
        ("return y - t", "", 'pack.toml:51: mistakes[1].edit[0].old is ""; must have at least 1 character'),
        (
            "new = 'return t - y'",
            "new = 'return y - t'",
            'pack.toml:52: mistakes[1].edit[0].new is "return y - t"; must differ from old',
        ),
        (
            "old =",
            "file = 'other.py'\nold =",
            'pack.toml:51: mistakes[1].edit[0].file is "other.py"; no such file in solution/',
        ),
        ("old =", "before =", "pack.toml:50: mistakes[1].edit[0].old is missing; must be stated"),
        ("new =", "neu =", 'mistakes[1].edit[0].neu is "return t - y"; unknown key, did you mean new?'),
        ('why = "The sign is wrong."\n', "", "must have a path, or id, why and edit; missing: why"),
        ('id = "sign"', 'id = "Sign!"', 'pack.toml:47: mistakes[1].id is "Sign!"; must be lowercase letters'),
        ('id = "sign"', 'id = "half_missing"', "must be unique, but mistakes[0] has it too"),
        ('id = "sign"', 'path = "mistakes/sign.py"', "must have a path, or an id with edits, not both"),
        (EDIT, "", "must have a path, or id, why and edit; missing: edit"),
    ],
)
def test_it_refuses_a_faulty_edit_with_its_place_and_rule(old, new, fault):
    text = EDITED
    assert old in text

    found = faults_of(text.replace(old, new, 1))

    assert any(fault in message for message in found), found


def test_it_refuses_two_edits_that_overlap():
    more = "[[mistakes.edit]]\nold = '''\n    return y - t\n'''\nnew = ''\n"

    assert faults_of(EDITED + more) == [
        'pack.toml:54: mistakes[1].edit[1].old is "return y - t"; must not overlap the old text of edit[0]; '
        "combine the two into one edit"
    ]


def test_an_edit_must_name_its_file_where_there_are_two():
    second = '[[files]]\nname = "more.py"\nkind = "python"\n'
    more = {"starter/more.py": b"\n", "solution/more.py": b"\n"}
    text = EDITED

    without = faults_of(text, more, files=second)
    stated = faults_of(text.replace("old", "file = 'squared.py'\nold"), more, files=second)

    message = "edit[0].file is missing; must be stated, because students submit more than one file"
    assert any(message in fault for fault in without)
    assert not any("edit" in fault for fault in stated)


def test_a_missing_solution_is_reported_once():
    found = faults_of(EDITED, {"solution/squared.py": None})

    assert found == ["solution/squared.py is missing; pack.toml asks for this file"]


def test_a_check_goes_on_without_a_mistake_whose_edit_can_not_be_made():
    found = read(edited_files(EDITED.replace("return y - t", "return y + t")))

    assert len(found.faults) == 1
    assert [row.name for row in found.pack.manifest.mistakes] == ["half_missing"]


@pytest.mark.parametrize("text", ["[[tests]]", "[limits]", "why = 1", 'a = "'])
def test_lines_of_code_in_an_edit_are_not_read_as_keys_of_pack_toml(text):
    code = f"[[mistakes.edit]]\nold = '''\n    return y - t\n'''\nnew = '''\n{text}\n'''\n"
    bad = "[[mistakes.edit]]\nold = 'nothing'\nnew = ''\n"

    (fault,) = faults_of(EDITED.replace(EDIT, code + bad))

    assert fault.startswith('pack.toml:58: mistakes[1].edit[1].old is "nothing"; must be in')


@given(st.text("abcdefgh\n", min_size=2, max_size=60), st.data())
def test_edits_and_their_reverse_restore_the_source(source, data):
    cuts = data.draw(st.lists(st.integers(0, len(source)), min_size=2, max_size=6, unique=True).map(sorted))
    pieces = [source[start:end] for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    pieces = [piece for piece in pieces if len(places(source.encode(), piece.encode())) == 1]
    edits = [edit(piece, f"<{number}>") for number, piece in enumerate(pieces)]

    changed = edited(source.encode(), data.draw(st.permutations(edits)))
    restored = edited(changed, [edit(row.new, row.old) for row in edits])

    assert list(edit_faults(edits, {"a.py": source.encode()}, "a.py")) == []
    assert restored == source.encode()
    assert changed.count(b"<") == len(edits)


@given(st.text("ab\n", max_size=30), st.text("ab\n", min_size=1, max_size=3))
def test_an_edit_is_refused_unless_its_text_is_there_exactly_once(source, old):
    count = sum(source.startswith(old, at) for at in range(len(source)))

    faults = list(edit_faults([edit(old, "c")], {"a.py": source.encode()}, "a.py"))

    assert (faults == []) == (count == 1)
    assert all(f.key == "old" and (f"{count} times" in f.rule) == (count > 1) for f in faults)


@pytest.mark.parametrize("source", ["a" * 300_000, "x = 1\n" * 50_000, "x = 3 * 1 \x1b\n"])
def test_a_message_stays_short_whatever_the_solution_is(source):
    for old in ("a", "x = 1", "x = 2 * 1"):
        for fault in edit_faults([edit(old, "")], {"a.py": source.encode()}, "a.py"):
            assert len(fault.rule) < 200
            assert "\x1b" not in fault.rule
