"""The page that asks for a name and a password: complete in itself, so that nothing else is open before."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from qa.web.labels import LANGUAGES, labels_in

_LABELS = (
    "login-title",
    "login-name",
    "login-password",
    "login-button",
    "login-wrong",
    "login-later",
    "lost",
)


def login_page(accepted: str, action: str, *, wrong: bool = False) -> bytes:
    """Returns the page as HTML.

    Args:
        accepted: The Accept-Language header.
        action: The path that the form is sent to.
        wrong: Whether a name or password was wrong just now.
    """
    labels = labels_in(language_of(accepted))
    values = {key: labels(key) for key in _LABELS}
    values["wrong"] = labels("login-wrong") if wrong else ""
    values["language"], values["action"] = labels.language, action
    values["root"] = action.removesuffix("/login") + "/"
    return re.sub("@([a-z-]+)", lambda match: values.get(match[1], match[0]), _template()).encode()


def language_of(accepted: str) -> str:
    """Returns the first language of an Accept-Language header that the page speaks."""
    codes = (one.partition(";")[0].strip().lower().partition("-")[0] for one in accepted[:1_000].split(","))
    return next((code for code in codes if code in LANGUAGES), "en")


@cache
def _template() -> str:
    return resources.files("qa.web").joinpath("login.html").read_text(encoding="utf-8")
