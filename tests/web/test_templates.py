from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from qa.web import templates
from qa.web.labels import labels_in
from qa.web.templates import attributes, date, render, say

VIEWS = Path(templates.__file__).parent / "views"
HOSTILE = """"><img src=x onerror='alert(1)'>&"""


def test_values_in_a_template_are_escaped() -> None:
    assert render("parts/examples.html", questions=[HOSTILE]) == (
        '<li><button type="button" data-do="example" lang="">'
        "&#34;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;</button></li>"
    )
    page = render("login.html", labels=labels_in("en"), action=HOSTILE, root="</script>'\"", wrong=False)
    assert "<img" not in page
    assert page.count("</script>") == 1
    assert r'location.assign("\u003c/script\u003e\u0027\"")' in page


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="questions"):
        render("parts/examples.html")


def test_attributes_preserve_every_character_of_a_name() -> None:
    assert attributes(document="a\r\nb\"'<&>", at=0, start=None) == (
        ' data-document="a&#13;\nb&#34;&#39;&lt;&amp;&gt;" data-at="0"'
    )
    assert attributes() == ""


def test_a_label_escapes_values_that_are_not_html() -> None:
    labels = labels_in("de")
    text = say(labels, "place-page", title=Markup("<time>heute</time>"), n=HOSTILE)
    assert "<time>heute</time>" in text
    assert "<img" not in text
    assert say(labels, "pages", n=1_234) == "1.234 Seiten"


def test_only_iso_dates_are_dates() -> None:
    assert date("2026-02-03") == datetime(2026, 2, 3)
    assert date("soon") is None


def test_no_template_turns_escaping_off() -> None:
    files = [path for path in VIEWS.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "safe" not in text, path.name
        assert "autoescape" not in text, path.name


def test_parts_have_no_space_between_their_tags() -> None:
    for path in (VIEWS / "parts").glob("*.html"):
        source = path.read_text(encoding="utf-8").rstrip("\n")
        assert ">\n" not in templates._LINE_BREAK.sub("", source), path.name
