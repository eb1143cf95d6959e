"""The HTML of the page, from the templates in ``views``.

Every value in a template is escaped. Text of documents, file names and text that a person typed also pass
through the filter ``line`` or ``verbatim``, which replaces characters that control how text is displayed.
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

# Only between tags and expressions; inside a tag, a line break separates attributes.
_LINE_BREAK = re.compile(r"(?<=[>}])\s*\n\s*(?=[<{]|$)")


class _NoLineBreaks(Extension):
    """Removes the line breaks of parts: between inline elements, the page would show them as spaces."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _LINE_BREAK.sub("", source) if name and name.startswith("parts/") else source


def html_line(text: str) -> Markup:
    """Return a name or title as HTML on one line."""
    return escape(single_line(text))


def attributes(**values: str | int | None) -> Markup:
    """Return ``data-`` attributes; attributes whose value is None are left out."""
    # A browser would turn a carriage return into a line feed, which would be a different document name.
    return Markup("").join(
        Markup(' data-{}="{}"').format(name, escape(value).replace("\r", Markup("&#13;")))
        for name, value in values.items()
        if value is not None
    )


def say(labels: Labels, key: str, **values: str | int) -> Markup:
    """Return a label with values that may be HTML; plain text is escaped."""
    escaped = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
    return Markup(labels(key, **escaped))


def listed(labels: Labels, items: Sequence[str]) -> Markup:
    """Return items as a list in words; plain text is escaped."""
    return Markup(labels.listed(*map(escape, items))) if items else Markup("")


def date(iso: str) -> datetime | None:
    """Return the date of an ISO string; None if it is not one."""
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
    """Return the HTML of a template with these values."""
    return _environment.get_template(template).render(values)
