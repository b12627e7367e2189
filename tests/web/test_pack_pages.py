"""What pages show of a pack is made by jobs in the sandbox, and stored; the web process opens no pack."""

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from grader.database import reading, writing
from grader.database.models import PackPageRow, PackVersion
from grader.packs import write_zip
from tests.helpers.packs import make_pack
from tests.web.test_packs import upload
from tests.web.world import SQUARED
from web.services import pack_cache

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch):
    monkeypatch.setattr(pack_cache, "_cache", type(pack_cache._cache)(4))
    monkeypatch.setattr(pack_cache, "_tried", {})


def forget_cached(monkeypatch):
    monkeypatch.setattr(pack_cache, "_cache", type(pack_cache._cache)(4))


def test_a_stored_pack_that_was_never_read_is_read_when_first_asked_for(world, backends):
    visitor = world.visit("alice")

    pages = [visitor.get(world.page) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert backends.packs_read == 1
    assert "<math" in pages[0].text


def test_an_upload_is_read_once_and_then_shown_from_what_is_stored(world, backends, monkeypatch):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    forget_cached(monkeypatch)

    assert world.visit("instructor").get(path).status_code == 200
    assert backends.packs_read == 1


def test_without_a_runner_a_page_that_was_never_made_is_503_and_comes_later(world, backends):
    backends.runner = False
    visitor = world.visit("alice")

    refused = visitor.get(world.page)
    backends.runner = True

    assert refused.status_code == 503
    assert "is read in the sandbox" in refused.text
    assert visitor.get(world.page).status_code == 200


def test_a_page_of_another_release_is_made_again_but_shown_while_that_is_not_possible(
    world, backends, monkeypatch
):
    visitor = world.visit("alice")
    visitor.get(world.page)
    monkeypatch.setattr(pack_cache, "made_by", lambda: "another release")
    forget_cached(monkeypatch)
    backends.runner = False

    assert visitor.get(world.page).status_code == 200
    assert backends.packs_read == 1

    backends.runner = True
    forget_cached(monkeypatch)
    monkeypatch.setattr(pack_cache, "_tried", {})

    assert visitor.get(world.page).status_code == 200
    assert backends.packs_read == 2


def test_a_file_handed_in_before_the_pack_was_read_is_stored_once(world, backends):
    with writing(world.engine) as session:
        session.execute(delete(PackPageRow))
    before = backends.packs_read

    file = {"do": "hand-in", "file": (io.BytesIO(SQUARED), "squared.py")}
    answer = world.visit("charlie").post(world.page + "/hand-in", file)

    assert answer.status_code == 303
    assert backends.packs_read == before + 1
    page = world.visit("charlie").get(answer.location)
    assert (page.status_code, "Attempt 1" in page.text) == (200, True)


def test_the_starter_is_stored_too(world, backends):
    visitor = world.visit("alice")

    answers = [visitor.get(f"{world.page}/starter.zip") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data[:2] == b"PK"
    assert backends.packs_read == 1


def test_an_upload_without_a_runner_is_not_stored(world, backends):
    backends.runner = False

    answer = upload(world, write_zip(make_pack(id="fresh")))

    assert answer.status_code == 503
    assert "no runner answers" in answer.text
    with reading(world.engine) as session:
        assert "fresh" not in {row.pack.slug for row in session.scalars(select(PackVersion))}


def test_many_uploads_of_packs_are_refused_for_a_while(world):
    data = write_zip(make_pack(id="fresh"))

    statuses = [upload(world, data).status_code for _ in range(21)]

    assert set(statuses[:20]) == {303}
    assert statuses[20] == 429


HOSTILE_TEXT = re.compile(
    r"\b(load_zip|read_zip|read_archive|read_manifest|from_files|tomllib|zipfile|markdown_it"
    r"|to_mathml|tokenize|difflib|ast|pickle|yaml|xml|etree|pygments)\b"
)


def test_no_module_of_web_names_what_parses_packs_markdown_tex_or_python():
    code = {
        path: path.read_text() for top in ("web", "grader/database") for path in (ROOT / top).rglob("*.py")
    }
    lines = [
        f"{path.name}: {line}"
        for path, text in code.items()
        for line in text.splitlines()
        if HOSTILE_TEXT.search(line) and re.match(r"\s*(from|import)\b", line)
    ]
    lines.remove("class_zip.py: import zipfile")  # it writes the download of a class, and reads none

    assert len(code) > 60
    assert lines == []
