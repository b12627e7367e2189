"""Values in an address that only this site can have put there."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer


def sign(purpose: str, value: Any) -> str:
    """The value as a text for an address; `purpose` keeps one use apart from the others."""
    return str(_signer(purpose).dumps(value))


def load(purpose: str, text: str, longest_s: int) -> Any:
    """The value in a text that `sign` made at most `longest_s` seconds ago; None for any other text."""
    try:
        return _signer(purpose).loads(text, max_age=longest_s)
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast(str, current_app.secret_key), salt=f"gradecheck {purpose}")
