import io
import zipfile

from grader.packs.bundle import bundle, bundle_files, leaks
from tests.helpers.packs import SOLUTION, make_pack


def names(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def test_the_bundle_contains_only_starter_and_handout():
    assert names(bundle(make_pack())) == [
        "squared/handout.html",
        "squared/handout.md",
        "squared/squared.py",
    ]


def test_the_handout_in_the_bundle_is_an_html_page():
    page = bundle_files(make_pack())["handout.html"].decode()

    assert page.startswith("<!doctype html>")
    assert "<math" in page


def test_a_correct_pack_leaks_nothing():
    assert leaks(make_pack()) == ()


def test_a_solution_as_starter_is_a_leak():
    pack = make_pack()

    found = leaks(make_pack({"starter/squared.py": pack.files["solution/squared.py"]}))

    assert "squared.py of the bundle is the same as solution/squared.py" in found


def test_lines_of_the_solution_in_a_helper_are_a_leak():
    found = leaks(make_pack({"starter/check.py": b"import os\n\n" + SOLUTION}))

    assert found == ("check.py of the bundle contains lines of the solution's loss",)


def test_lines_of_the_solution_in_the_handout_are_a_leak():
    handout = b"# T\n\n" + b"\n".join(b"    " + line for line in SOLUTION.splitlines())

    assert any("handout.md" in leak for leak in leaks(make_pack({"handout.md": handout})))


def test_a_test_file_in_the_starter_is_a_leak():
    pack = make_pack()

    found = leaks(make_pack({"starter/mine.py": pack.files["tests/test_squared.py"]}))

    assert found == ("mine.py of the bundle is the same as tests/test_squared.py",)
