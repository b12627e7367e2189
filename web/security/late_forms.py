"""Answers a form that comes after its log-in ended: nothing is done, and what was written is given back."""

from __future__ import annotations

from flask import Response, current_app, g, render_template, request, url_for

from web.security import kept
from web.security.kept import Kept


def answer() -> Response | None:
    """The answer to this request's form if it is from an earlier log-in of a reader; None if it is not."""
    view = current_app.view_functions.get(request.endpoint or "")
    form = kept.from_form() if getattr(view, "requires_login", False) else None
    if form is None:
        return None
    if g.get("me") is None:
        return ask_to_log_in(form)
    return Response(resend_page(form), 400) if form.reader == g.me.id and form.texts else None


def ask_to_log_in(form: Kept) -> Response:
    """The log-in page, which holds what the form held."""
    texts = form.texts and not form.is_long
    page = render_template(
        "login.html",
        next=form.page or url_for("courses.home"),
        email="",
        late=form,
        kept=form.sign() if texts else "",
        size=kept.size_token() if texts else "",
    )
    return Response(page, 401)


def resend_page(form: Kept) -> str:
    """The page that shows what was written, with a button to send it."""
    tabs = [("Courses", url_for("courses.home"), False)]
    return render_template("resend.html", tabs=tabs, form=form)
