"""Secret texts in links and cookies: whoever has one may do something, and the database has only its hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A text for a link that can't be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The SHA-256 (hex) of a token, as the database stores it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
