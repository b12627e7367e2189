"""What every view uses, made once for an app: database, clock, limits, Redis and the runner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from flask import current_app, g, request
from sqlalchemy import Engine

from web.backends import Backends
from web.throttle import Throttle

KEY = "gradecheck"
BEGAN = "gradecheck.began"
"""Key in the WSGI environment under which our server stores when a request's first bytes arrived."""


def utc_now() -> datetime:
    """This host's clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """Everything that a view may use; tests pass their own parts. A log-in ends `login_idle` after its last
    use, and `login_max` after it began. `public_url` is the address of the pages for links that are passed
    on, "" if it is not set. `set_up_token` lets the first user be made."""

    engine: Engine
    backends: Backends
    throttle: Throttle
    clock: Callable[[], datetime] = utc_now
    login_idle: timedelta = timedelta(hours=2)
    login_max: timedelta = timedelta(hours=12)
    public_url: str = ""
    sends_mail: bool = False
    set_up_token: str = ""


def site() -> Site:
    """The site of the app that answers this request."""
    return cast(Site, current_app.extensions[KEY])


def now() -> datetime:
    """The time of this request: when its first bytes arrived if known, else when it was first asked for."""
    if "began" not in g:
        g.began = request.environ.get(BEGAN) or site().clock()
    return cast(datetime, g.began)
