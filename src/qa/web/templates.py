"""The HTML of the page, from the templates in ``views``.

Whatever a template puts in is escaped. Text of documents, file names and what a person typed pass through the
filters ``line`` or ``verbatim`` as well, which replace the characters that steer how text is displayed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from qa.render import displayable, single_line
from qa.web.labels import Labels

# Between tags and expressions alone; inside a tag, a line break separates attributes.
_LINE_BREAK = re.compile(r"(?<=[>}])\s*\n\s*(?=[<{]|$)")


class _NoLineBreaks(Extension):
    """Takes the line breaks of parts away: between inline elements, the page would show them as spaces."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _LINE_BREAK.sub("", source) if name and name.startswith("parts/") else source


def html_line(text: str) -> Markup:
    """Returns a name or title as HTML on one line."""
    return escape(single_line(text))


def attributes(**values: str | int | None) -> Markup:
    """Returns ``data-`` attributes; one without a value is left out."""
    # A browser would make a line feed of a carriage return, and another name of that name.
    return Markup("").join(
        Markup(' data-{}="{}"').format(name, escape(value).replace("\r", Markup("&#13;")))
        for name, value in values.items()
        if value is not None
    )


def say(labels: Labels, key: str, **values: str | int) -> Markup:
    """Returns a label with HTML among its values; those that are plain text are escaped."""
    escaped = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
    return Markup(labels(key, **escaped))


def listed(labels: Labels, items: Sequence[str]) -> Markup:
    """Returns items one after the other; those that are plain text are escaped."""
    return Markup(labels.listed(*map(escape, items))) if items else Markup("")


def date(iso: str) -> datetime | None:
    """Returns the date of an ISO string, if it is one."""
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None


_environment = Environment(
    loader=PackageLoader("qa.web", "views"),
    extensions=[_NoLineBreaks],
    autoescape=True,
    auto_reload=False,
    undefined=StrictUndefined,
)
_environment.filters.update(date=date, line=single_line, verbatim=displayable)
_environment.globals.update(attributes=attributes, say=say)


def render(template: str, /, **values: Any) -> str:
    """Returns the HTML of a template, with values put in."""
    return _environment.get_template(template).render(values)
