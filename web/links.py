"""Addresses that people pass on: complete, with the name under which everybody reaches the pages."""

from __future__ import annotations

from typing import Any

from flask import request, session, url_for

from web.site import site

MADE = "made_link"


def absolute(endpoint: str, **values: Any) -> str:
    """The complete address of a page."""
    if site().public_url:
        return site().public_url + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)


def show_once(address: str, page: str) -> None:
    """Keep an address with a secret for the next page of this reader, if that is at the path `page`."""
    session[MADE] = [page, address]


def shown_once() -> str:
    """The address that was kept for this page, "" if there is none; it is gone then."""
    page, address = session.pop(MADE, ("", ""))
    return str(address) if page == request.path else ""
