"""Searches every file of the repository for text that must not be in it; exits with 1 if there is any.

Secrets, the host names of package registries, paths of one developer's machine, unfinished work.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1_000_000  # bytes; larger files are pictures or worse


@dataclass(frozen=True)
class Rule:
    """A pattern to search for, in files with one of the `endings` (in all files if empty)."""

    name: str
    pattern: re.Pattern[str]
    endings: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()  # names of folders that are not searched


def _words(*halves: tuple[str, str]) -> str:
    """A pattern for any of these words, written in two halves so that this file doesn't contain them."""
    return "|".join(re.escape(first + second) for first, second in halves)


RULES = (
    Rule(
        "a registry's host name",
        re.compile(
            _words(("py", "pi.org"), ("python", "hosted"), ("registry.np", "mjs"), ("deb.deb", "ian.org"))
        ),
    ),
    Rule(
        "a path on a developer's machine",
        re.compile(r"(?<![\w.])/(?:home|Users)/\w+/|/work" + r"/main\b|/roo" + r"t/\."),
    ),
    Rule("a private key", re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----")),
    Rule(
        "a token", re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[bp]-[0-9A-Za-z-]{20,})\b")
    ),
    Rule(
        "a password in a URL",
        re.compile(
            r"\b[a-z][a-z0-9+]*://[^\s/:@{}$<>\"'`]+:(?!PASSWORD@)[^\s/@{}$<>\"'`]+@(?!localhost|127\.)"
        ),
        spared=("tests",),  # their passwords are not real
    ),
    Rule(
        "unfinished work",
        re.compile(r"\b(?:" + _words(("TO", "DO"), ("FIX", "ME")) + r")\b|Not" + "ImplementedError"),
        endings=(".py", ".js", ".html", ".css", ".sh"),
        spared=("starter", "mistakes"),  # unfinished or wrong on purpose
    ),
)


def tracked_files() -> list[Path]:
    """The files that git tracks or would add, so that a finding comes before the commit."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [path for name in listing.split("\0") if name and (path := Path(name)).is_file()]


def findings(path: Path, text: str) -> Iterator[str]:
    """One line for each finding: file, line number, rule, text."""
    rules = [
        rule
        for rule in RULES
        if (not rule.endings or path.suffix in rule.endings) and not set(rule.spared) & set(path.parts)
    ]
    for number, line in enumerate(text.splitlines(), 1):
        for rule in rules:
            if rule.pattern.search(line):
                yield f"{path}:{number}: {rule.name}: {line.strip()[:100]}"


def main() -> int:
    """Print the findings. Returns the exit code: 0 if there are none, 1 if there are some."""
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if len(data) <= LARGEST and b"\0" not in data:
            found += findings(path, data.decode(errors="replace"))
    print("\n".join(found) if found else "scan: nothing found that must not be here")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
