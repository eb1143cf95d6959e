"""Text made safe for the page. Whatever came from a document, a file name or a person passes through here."""

from __future__ import annotations

from html import escape

from qa.render import displayable, single_line


def line(text: str) -> str:
    """A name, title or question as HTML on one line, with nothing in it that a browser would obey."""
    return escape(single_line(text))


def verbatim(text: str) -> str:
    """A stretch of a document as HTML, one character for one."""
    return escape(displayable(text))


def attributes(**values: str | int | None) -> str:
    """``data-`` attributes; one without a value is left out."""
    return "".join(
        # A browser would make a carriage return a line feed, and the name another.
        f' data-{name}="{escape(str(value)).replace(chr(13), "&#13;")}"'
        for name, value in values.items()
        if value is not None
    )


_PATHS = {
    "copy": '<path d="M5.5 5.5V3.2c0-.7.5-1.2 1.2-1.2h6.1c.7 0 1.2.5 1.2 1.2v6.1c0 .7-.5 1.2-1.2 1.2h-2.3'
    "M3.2 5.5h6.1c.7 0 1.2.5 1.2 1.2v6.1c0 .7-.5 1.2-1.2 1.2H3.2c-.7 0-1.2-.5-1.2-1.2V6.7"
    'c0-.7.5-1.2 1.2-1.2Z"/>',
    "keep": '<path d="M4.2 2.200h7.600v11.600L8 10.900l-3.800 2.900V2.200Z"/>',
    "open": '<path d="M3 3.5h10M3 6.5h6M3 9.5h5M3 12.5h4M10 11.2l3-2.2-3-2.2"/>',
    "remove": '<path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 8.3c0 .7.6 1.2 1.2 1.2h3.4c.7 0 1.2-.5 1.2-1.2'
    'l.6-8.3"/>',
    "why": '<path d="M3 13V8.5M8 13V3M13 13V6.5"/>',
    "warning": '<path d="M8 2.2 14.5 13.5h-13L8 2.2ZM8 6.5v3.2M8 11.4v.3"/>',
}


def icon(name: str) -> str:
    """A small drawing that says nothing to a screen reader: the words beside it do."""
    return f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{_PATHS[name]}</svg>'
