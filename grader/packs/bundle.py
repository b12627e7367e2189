"""The students' bundle of a pack (starter and handout), and a check that it reveals nothing else."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Mapping

from grader.packs.archive import zip_files
from grader.packs.handout import render
from grader.packs.mathml import STYLE
from grader.packs.pack import Pack

RUN_OF_LINES = 3  # consecutive lines that equal the solution's reveal it
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.6 serif; }}
pre, code {{ font-family: monospace; font-size: 0.9em; }}
pre, table {{ overflow-x: auto; display: block; }}
td, th {{ padding: 0.2rem 0.6rem; border-bottom: 1px solid; text-align: left; }}
{style}</style>
</head>
<body>
{body}</body>
</html>
"""


def bundle_files(pack: Pack) -> dict[str, bytes]:
    """The (path, bytes) of the students' bundle: starter/, handout.md and handout.html."""
    body = render(pack.handout, first_heading=1)
    page = _PAGE.format(title=html.escape(pack.title), style=STYLE.lstrip(), body=body)
    handout = {"handout.md": pack.handout.encode("utf-8"), "handout.html": page.encode("utf-8")}
    return {**pack.below("starter"), **handout}


def bundle(pack: Pack) -> bytes:
    """The students' bundle as a zip archive, the same bytes every time."""
    return zip_files(bundle_files(pack), pack.id)


def leaks(pack: Pack) -> tuple[str, ...]:
    """Every part of the tests or the solution that is in the bundle, a sentence each."""
    return tuple(_leaks(pack, bundle_files(pack)))


def _leaks(pack: Pack, bundled: Mapping[str, bytes]) -> Iterator[str]:
    private = {path: data for path, data in pack.files.items() if path.split("/")[0] in ("solution", "tests")}
    starter = {data for data in pack.below("starter").values()}
    for path, data in bundled.items():
        for private_path, private_data in private.items():
            if data == private_data and data.strip():
                yield f"{path} of the bundle is the same as {private_path}"
    for row in pack.manifest.files:
        solution = private.get(f"solution/{row.name}", b"")
        if solution in starter:
            continue  # already reported above
        for name in row.defines:
            body = _body(solution.decode("utf-8", "replace"), name)
            for path, data in bundled.items():
                if _holds(data.decode("utf-8", "replace"), body):
                    yield f"{path} of the bundle contains lines of the solution's {name}"


def _body(source: str, name: str) -> list[str]:
    """The lines of code of one top-level function. They are found by indentation; nothing is parsed."""
    lines = source.split("\n")
    starts = [i for i, line in enumerate(lines) if re.match(rf"def {re.escape(name)}\b", line)]
    if not starts:
        return []
    below = itertools.takewhile(lambda line: line[:1] in ("", " ", "\t", ")"), lines[starts[0] + 1 :])
    return _code_lines(re.sub(r'("""|\'\'\')(?:.|\n)*?\1', "", "\n".join(below)))


def _code_lines(text: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if len(line) > 4]


def _holds(text: str, body: list[str]) -> bool:
    """Whether RUN_OF_LINES consecutive lines of the body (all of them, if it has fewer) are
    consecutive in the text too. False for a body of fewer than 30 characters."""
    lines = _code_lines(text)
    run = min(RUN_OF_LINES, len(body))
    if run == 0 or sum(len(line) for line in body) < 30:
        return False
    windows = {tuple(lines[i : i + run]) for i in range(len(lines) - run + 1)}
    return any(tuple(body[i : i + run]) in windows for i in range(len(body) - run + 1))
