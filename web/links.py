"""Addresses that people pass on: complete, with the name under which everybody reaches the pages."""

from __future__ import annotations

from typing import Any

from flask import session, url_for

from web.site import site

MADE = "made_link"


def absolute(endpoint: str, **values: Any) -> str:
    """The complete address of a page."""
    if site().public_url:
        return site().public_url + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)


def show_once(address: str) -> None:
    """Keep an address with a secret for the next page of this reader; nobody can see it after that."""
    session[MADE] = address


def shown_once() -> str:
    """The address that was kept, "" if there is none; it is gone then."""
    return str(session.pop(MADE, ""))
