"""An answer as HTML: its confidence and its quotes as cards, or that the documents do not contain it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from qa.messages import Message
from qa.record import Answer, Citation, Match, Quote
from qa.render import single_line, styles
from qa.render.phrases import (
    bounded,
    heading_path,
    level,
    place,
    reason,
    scope_title,
    shown_lines,
    shown_text,
)
from qa.render.reading import reading
from qa.render.styles import Style
from qa.web.groups import by_document, is_grouped, may_have_more
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import attributes, listed, render

WEAK = 0.6
"""Share of the best score below which a quote looks weaker than the best one."""
LONG = 80
"""Characters of a title with its headings above which a citation is shortened."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A confidence in percent and in words; ``spoken`` is the text for a screen reader."""

    percent: int
    number: str
    word: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation in two parts; the ``name`` may be shortened if it is ``long``."""

    name: str
    between: str
    at: str
    full: str
    long: bool


def answer(
    record: Answer,
    labels: Labels = ENGLISH,
    suggestions: Sequence[str] = (),
    asked: int = 0,
    style: Style = "plain",
) -> str:
    """Return the HTML below a question.

    Args:
        record: The answer.
        labels: The language of the page.
        suggestions: Keys from `qa.web.suggestions`.
        asked: Number of documents that the question was limited to; 0 if all were asked.
        style: The style of the citations on paper.
    """
    questions = [Markup('<bdi lang="">{}</bdi>').format(single_line(q)) for q in record.understood_with]
    return render(
        "parts/answer.html",
        record=record,
        understood=listed(labels, questions),
        sure=confidence(record.confidence, labels),
        reason=_reason(record, labels),
        looking_in=_looking_in(record, labels),
        has_answer_words=any(span.kind == "answer" for quote in record.quotes for span in quote.matched),
        suggestions=suggestions,
        asked=asked,
        groups=by_document if is_grouped(record) else None,
        has_more=may_have_more(record),
        labels=labels,
        cited=partial(_cited, labels=labels),
        opens=opens,
        opens_at=opens_at,
        lines=shown_lines,
        is_weak=is_weak,
        where=where,
        styled=None if style == "plain" else partial(styled, style=style),
    )


def where(citation: Citation, labels: Labels = ENGLISH) -> str:
    """Return the citation as `qa.render.where` does, in the language of the page."""
    return labels.listed(heading_path(citation), *_place(citation, labels))


def located(citation: Citation, labels: Labels = ENGLISH) -> str:
    """Return the page and the line, which are always shown in full, however long the title is."""
    place = _place(citation, labels)
    return labels.listed(*place) if place else ""


def _place(citation: Citation, labels: Labels) -> list[str]:
    parts = []
    page, number = citation.page, citation.line
    if page is not None:
        label = citation.page_label
        parts.append(
            labels("page-printed", label=single_line(label), n=str(page))
            if label
            else labels("page-number", n=str(page))
        )
    if citation.place is not None:
        kind, label = citation.place.kind, single_line(citation.place.label)
        # The labels of cells and times need no word before them.
        word = "" if kind in {"cells", "time"} else labels(f"place-{kind.replace(' ', '-')}")
        parts.append(f"{word} ({label})" if word and label else word or label)
    elif number is not None and page is None:
        parts.append(labels("line-number", n=str(number)))
    return parts


def confidence(value: float, labels: Labels = ENGLISH) -> Confidence:
    """Return a confidence in the words of a language."""
    bound, shown = bounded(value)
    number = labels.number(shown, 2)
    number = labels(bound, number=number) if bound else number
    word = labels(f"likelihood-{level(value)}")
    return Confidence(
        round(100 * value),
        labels("confidence-number", number=number),
        word[:1].upper() + word[1:],
        labels("confidence-worded", number=number, word=word),
    )


def _cited(citation: Citation, labels: Labels) -> Cited:
    name, at = heading_path(citation), located(citation, labels)
    between = labels.listed(name, at)[len(name) : -len(at)] if at else ""
    return Cited(single_line(name), between, single_line(at), place(citation), len(name) > LONG)


def opens(quote: Quote, *, nearest: bool = False) -> Markup:
    """Return the attributes with which the page opens the source at a quote."""
    passage = f"{quote.context.start}-{quote.context.end}"
    matched = _spans(span for span in quote.matched if span.kind != "answer")
    answers = _spans(span for span in quote.matched if span.kind == "answer")
    return opens_at(quote.citation, passage, matched) + attributes(
        answers=answers or None, nearest="true" if nearest else None
    )


def is_weak(quote: Quote, record: Answer) -> bool:
    """Return whether a quote is no answer, or far below the best one."""
    return quote not in record.answering or quote.score < WEAK * max(each.score for each in record.quotes)


def copy_text(quote: Quote, labels: Labels = ENGLISH, style: Style = "plain", *, exact: bool = False) -> str:
    """Return the text that the copy button copies: the quote and its place.

    Args:
        quote: The quote.
        labels: The labels of the page's language, in which plain citations are.
        style: The style of the citation.
        exact: Whether to copy the quote character for character, and not in its reading form.
    """
    cited = quote.citation
    text = quote.text if exact else shown_text(quote)
    if style != "plain":
        return styles.copied(text, cited, style)
    return labels("copied-quote", quote=text, where=where(cited, labels), place=place(cited))


def exact_text(quote: Quote, labels: Labels = ENGLISH, style: Style = "plain") -> str | None:
    """Return `copy_text` of the exact quote; None if its reading form is the same."""
    return None if reading(quote.text) == quote.text else copy_text(quote, labels, style, exact=True)


def styled(citation: Citation, style: Style) -> Markup:
    """Return a citation in a style as HTML, and its entry in the list of sources, if the style has one."""
    parts = (styles.runs(citation, style), styles.entry(citation, style))
    shown = (Markup("").join(map(_in_italics, pieces)) for pieces in parts if pieces)
    return Markup("\n").join(shown)


def _in_italics(run: tuple[str, bool]) -> Markup:
    text, is_italic = run
    return Markup("<i>{}</i>" if is_italic else "{}").format(text)


def opens_at(citation: Citation, passage: str = "", matched: str = "") -> Markup:
    """Return the attributes with which the page opens the source at a place."""
    return attributes(
        document=citation.doc_id,
        start=citation.start,
        end=citation.end,
        passage=passage or None,
        matched=matched or None,
    )


def _spans(spans: Iterable[Match]) -> str:
    return " ".join(f"{span.start}-{span.end}" for span in spans)


def _looking_in(record: Answer, labels: Labels) -> str:
    """Return the name of the documents that the question named, with their number if there are several."""
    if record.scope is None:
        return ""
    title, count = scope_title(record, record.scope), len(record.scope.documents)
    return title if count < 2 else labels.listed(title, labels("documents-count", n=count))


def _reason(record: Answer, labels: Labels) -> str:
    code = record.reason_code
    words = single_line(labels.say(Message(code)) if code else reason(record))
    return words[:1].upper() + words[1:]
