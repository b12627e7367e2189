"""The rules for what names people and things; a value that breaks one is refused with a sentence."""

from __future__ import annotations

import re

from grader.database.errors import StoreError
from grader.values.text import has_controls, one_line

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"""[^\s@<>()\[\],;:\\"']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*""")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def checked_email(email: str) -> str:
    """The address in the form in which it is stored and compared. Raises StoreError if it is none."""
    address = email.strip().lower()
    odd = (
        has_controls(address) or not address.isprintable() or ".." in address or len(address) > LONGEST_EMAIL
    )
    if odd or not _EMAIL.fullmatch(address):
        raise StoreError(f'"{one_line(email, 80)}" is not an e-mail address such as ada@example.org')
    return address


def checked_slug(slug: str) -> str:
    """The same slug. Raises StoreError if it can't be a part of an address."""
    if not _SLUG.fullmatch(slug):
        rule = "expected are 1 to 63 lower-case letters, digits and hyphens, not beginning with a hyphen"
        raise StoreError(f'"{one_line(slug, 80)}" can\'t be a name in an address: {rule}')
    return slug


def checked_line(what: str, text: str, most: int = 120) -> str:
    """The text without spaces around it. Raises StoreError unless it is a line of 1 to `most` characters."""
    line = text.strip()
    if not 1 <= len(line) <= most or has_controls(line):
        raise StoreError(f"{what} must be one line of 1 to {most} characters")
    return line
