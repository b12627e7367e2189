"""Packs as data, read from their zips and kept; nothing of them is ever run here."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
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


_kept: OrderedDict[str, CachedPack] = OrderedDict()
_lock = threading.Lock()


def kept(session: Session, version: PackVersion) -> CachedPack:
    """The pack of a version; its zip's digest names it, so a kept one is never stale."""
    name = version.zip_sha256
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    fresh = CachedPack(load_zip(packs.zip_bytes(session, version)))
    with _lock:
        _kept[name] = fresh
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return fresh


def pack_of(session: Session, version: PackVersion) -> Pack:
    """The pack of a version."""
    return kept(session, version).pack
