"""The page that asks for a name and a password: complete in itself, so that nothing else is open before."""

from __future__ import annotations

from qa.web.labels import LANGUAGES, labels_in
from qa.web.templates import render


def login_page(accepted: str, action: str, *, wrong: bool = False) -> bytes:
    """Returns the page as HTML.

    Args:
        accepted: The Accept-Language header.
        action: The path that the form is sent to.
        wrong: Whether a name or password was wrong just now.
    """
    labels = labels_in(language_of(accepted))
    root = action.removesuffix("/login") + "/"
    return render("login.html", labels=labels, action=action, root=root, wrong=wrong).encode()


def language_of(accepted: str) -> str:
    """Returns the first language of an Accept-Language header that the page speaks."""
    codes = (one.partition(";")[0].strip().lower().partition("-")[0] for one in accepted[:1_000].split(","))
    return next((code for code in codes if code in LANGUAGES), "en")
