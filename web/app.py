"""The Flask application, built from its settings."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.logging import default_handler
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from grader.database import open_engine, set_up
from grader.logs import LineFormatter
from web import assets, errors, seeing, theme, views, words
from web.backends import Backends, LiveBackends
from web.render import pictures
from web.security import csrf, headers, logins, sizes
from web.security.forms import StrictRequest
from web.services.progress_texts import test_points
from web.settings import WebSettings
from web.site import KEY, Site, now
from web.throttle import Throttle

SMALL_FORM = 64_000
"""Bytes that a form without files may have; views that accept files allow more."""


def create_app(
    settings: WebSettings,
    *,
    engine: Engine | None = None,
    backends: Backends | None = None,
    throttle: Throttle | None = None,
) -> Flask:
    """The whole site. Engine, backends and throttle are made from the settings unless they are passed."""
    service = settings.service
    app = seeing.Application("web")
    default_handler.setFormatter(LineFormatter())  # it writes only where no log is configured
    app.request_class = StrictRequest
    app.config.update(_config(settings))
    app.extensions[KEY] = Site(
        engine=engine or open_engine(service.database_url, pool_size=settings.web_threads),
        backends=backends or LiveBackends(service),
        throttle=throttle or Throttle(service.redis_url),
        login_idle=timedelta(minutes=settings.login_idle_min),
        login_max=timedelta(hours=settings.login_max_h),
        public_url=service.public_url,
        sends_mail=service.outgoing_mail is not None,
        set_up_token=set_up.token_of(service.needed_secret_key),
    )
    for part in (errors, theme, words, pictures, assets, seeing, views, logins, sizes, csrf):
        part.register(app)
    app.add_template_global(now)
    app.add_template_filter(test_points)
    headers.register(app, settings.https)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _config(settings: WebSettings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.service.needed_secret_key,
        "TRUSTED_HOSTS": list(settings.hosts),
        "SESSION_COOKIE_NAME": "__Host-visit" if settings.https else "visit",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.login_max_h),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": SMALL_FORM,
        "MAX_FORM_PARTS": 100,
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
    }
