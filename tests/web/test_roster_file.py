"""A CSV file of people is read as spreadsheets write it, or refused with every fault and its line."""

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.database.models import CourseRole
from grader.values.text import has_controls
from web.services import people, roster_file
from web.services.roster_file import BadFile, read

ADA = "ada@example.org"


def faults_of(data):
    with pytest.raises(BadFile) as refused:
        read(data)
    return list(refused.value.faults)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_it_reads_what_spreadsheets_write(separator, encoding, end):
    lines = ["E-Mail,Name,Section", "Ada@Example.org,José Núñez,B"]
    text = (end or "\n").join(lines).replace(",", separator) + end

    (row,) = read(text.encode(encoding))

    assert (row.line, row.email, row.name, row.section, row.role) == (2, ADA, "José Núñez", "B", None)


def test_first_and_last_names_become_one_name_and_other_columns_are_ignored():
    (row,) = read(b"Matriculation,Last name,First name,Email\n17,Quist,Ada,ada@example.org\n")

    assert (row.name, row.section) == ("Ada Quist", None)


def test_a_name_in_decomposed_letters_is_composed():
    (row,) = read("email,name\nada@example.org,Zoe\u0308\n".encode())

    assert row.name == "Zoë"


def test_roles_are_read_and_none_is_a_student():
    rows = read(b"email,role\na@x.org,TA\nb@x.org,\nc@x.org,Instructor\n")

    assert [row.role for row in rows] == [CourseRole.TA, CourseRole.STUDENT, CourseRole.INSTRUCTOR]


def test_a_quoted_cell_may_have_separators_and_the_line_is_that_of_the_row():
    rows = read(b'email,name\n\na@x.org,"Quist, Ada"\n\nb@x.org,Bea\n')

    assert [(row.line, row.name) for row in rows] == [(3, "Quist, Ada"), (5, "Bea")]


def test_every_fault_is_listed_with_its_line():
    text = (
        "email,name,section,role\nnone,A,,\na@x.org,A,,king\na@x.org,B,,\na@x.org,B,,ta\nb@x.org,B,"
        + "x" * 41
    )
    faults = faults_of((text + ',\n"').encode())

    assert [fault.partition(":")[0] for fault in faults] == ["Line 2", "Line 3", "Line 6", "Line 7", "Line 5"]
    assert '"none" is not an e-mail address' in faults[0]
    assert "“king” is no role" in faults[1]
    assert faults[4] == "Line 5: a@x.org is in line 4 already."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"email,name\n", "names nobody"),
        (b"name,section\nA,B\n", "no column is called email"),
        (b"email,e-mail\na@x.org,b@x.org\n", "two columns are the email"),
        (b"email,name\na@x.org,Ada\nb@x.org,Jos\xe9\n", "Line 3 is not UTF-8"),
        (b"PK\x03\x04\x00\x00", "bytes of zero"),
        (b"email\n" + b"x" * roster_file.LARGEST, "at most 1,000,000"),
        (b"email\n" + b"".join(b"u%d@x.org\n" % n for n in range(5001)), "more than 5,000"),
    ],
)
def test_a_file_that_is_no_list_is_refused(data, words):
    assert words in faults_of(data)[0]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(BadFile):
        assert read(data)


@given(st.text(max_size=300))
def test_any_text_under_the_right_heads_is_read_or_refused(text):
    with contextlib.suppress(BadFile):
        rows = read(f"email,name,section,role\n{text}".encode("utf-8", "surrogatepass"))
        assert len({row.email for row in rows}) == len(rows)


NAMES = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda text: text and not has_controls(text))


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_an_exported_file_is_read_as_it_was_and_no_cell_is_a_formula(names):
    composed = [unicodedata.normalize("NFC", name) for name in names]
    table = [(f"u{at}@x.org", name, "", "student") for at, name in enumerate(composed)]
    data = people.csv_file(("email", "name", "section", "role"), table)

    cells = [
        line.split(",")[1].strip('"') for line in data.decode("utf-8-sig").splitlines()[1:] if "," in line
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert [row.name for row in read(data)] == [name for name in composed if name]
