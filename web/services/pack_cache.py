"""Packs as data, read from their zips and cached; code of a pack is never run here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from grader.database import packs
from grader.database.models import PackVersion
from grader.packs import Pack, load_zip
from grader.packs.bundle import bundle, bundle_files
from grader.packs.handout import render
from grader.values.digest_cache import DigestCache

MAX_PACKS: Final = 32


@dataclass(frozen=True)
class CachedPack:
    """A pack with its handout and its bundle for students, each made once."""

    pack: Pack

    @cached_property
    def handout(self) -> Markup:
        """The handout as HTML with MathML; `render` escapes all markup of the author.
        A first heading that only repeats the title is left out, since the page shows the title."""
        return Markup(_tidied(self.pack))

    @cached_property
    def bundle(self) -> bytes:
        """The zip that students download to start from."""
        return bundle(self.pack)

    @cached_property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """The (path, bytes) of each file in the bundle."""
        return tuple(sorted(bundle_files(self.pack).items()))


def _tidied(pack: Pack) -> str:
    """The handout's HTML without a repeated title, with headings one level below the page's title, and
    with wide parts that can be scrolled with the keyboard."""
    title = re.escape(str(escape(pack.title)))
    below, count = re.subn(rf"\A<h1[^>]*>{title}</h1>\n?", "", render(pack.handout, first_heading=1))
    html = below if count else render(pack.handout)
    html = html.replace("<th></th>", "<td></td>")
    return re.sub(
        r'<(table|pre|math display="block"|math(?=[^>]*alttext="[^"]{28}))', r'<\1 tabindex="0"', html
    )


_cache: DigestCache[CachedPack] = DigestCache(MAX_PACKS)


def cached(session: Session, version: PackVersion) -> CachedPack:
    """The cached pack of a version, found by the digest of its zip."""
    return _cache.get_or_make(
        version.zip_sha256, lambda: CachedPack(load_zip(packs.zip_bytes(session, version)))
    )


def pack_of(session: Session, version: PackVersion) -> Pack:
    """The pack of a version."""
    return cached(session, version).pack
