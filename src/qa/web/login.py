"""The login page. It loads no other file, because nothing else is accessible before a login."""

from __future__ import annotations

from qa.web.labels import LANGUAGES, labels_in
from qa.web.templates import render


def login_page(accepted: str, action: str, *, wrong: bool = False) -> bytes:
    """Return the page as HTML.

    Args:
        accepted: The Accept-Language header.
        action: The path that the form is sent to.
        wrong: Whether the last name or password was wrong.
    """
    labels = labels_in(language_of(accepted))
    root = action.removesuffix("/login") + "/"
    return render("login.html", labels=labels, action=action, root=root, wrong=wrong).encode()


def language_of(accepted: str) -> str:
    """Return the first language of an Accept-Language header that has labels, else English."""
    parts = accepted[:1_000].split(",")
    codes = (part.partition(";")[0].strip().lower().partition("-")[0] for part in parts)
    return next((code for code in codes if code in LANGUAGES), "en")
