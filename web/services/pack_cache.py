"""Packs as data, read from their zips and cached; nothing of them is ever run here."""

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

MOST_KEPT: Final = 32


@dataclass(frozen=True)
class CachedPack:
    """A pack with what is made of it for students, made once."""

    pack: Pack

    @cached_property
    def handout(self) -> Markup:
        """The handout as HTML with MathML; `render` lets no markup of the author's through.
        A first heading that only repeats the title is left out, since the page has it."""
        return Markup(_tidied(self.pack))

    @cached_property
    def bundle(self) -> bytes:
        """What students download to begin with, as a zip."""
        return bundle(self.pack)

    @cached_property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """The (path, bytes) that are in the bundle."""
        return tuple(sorted(bundle_files(self.pack).items()))


def _tidied(pack: Pack) -> str:
    """The handout's HTML under the page's own title, its headings in order, its wide parts in
    reach of the keyboard."""
    title = re.escape(str(escape(pack.title)))
    below, found = re.subn(rf"\A<h1[^>]*>{title}</h1>\n?", "", render(pack.handout, first_heading=1))
    html = below if found else render(pack.handout)
    html = html.replace("<th></th>", "<td></td>")
    return re.sub(
        r'<(table|pre|math display="block"|math(?=[^>]*alttext="[^"]{28}))', r'<\1 tabindex="0"', html
    )


_cache: DigestCache[CachedPack] = DigestCache(MOST_KEPT)


def cached(session: Session, version: PackVersion) -> CachedPack:
    """The pack of a version, by its zip's digest."""
    return _cache.get_or_make(
        version.zip_sha256, lambda: CachedPack(load_zip(packs.zip_bytes(session, version)))
    )


def pack_of(session: Session, version: PackVersion) -> Pack:
    """The pack of a version."""
    return cached(session, version).pack
