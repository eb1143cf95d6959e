"""An answer as HTML: its confidence, its quotes as cards, or that it is not in the documents."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qa.record import Answer, Citation, Quote
from qa.render import in_words, single_line
from qa.render.phrases import heading_path, place, reason, shown_pieces
from qa.web.labels import ENGLISH, Labels
from qa.web.markup import attributes, icon, line

LONG = 80
"""Characters of a title with its headings that would make a citation many lines high."""


def answer(record: Answer, labels: Labels = ENGLISH, tries: Sequence[str] = ()) -> str:
    """What stands below a question; ``tries`` are suggestions of `qa.web.tries`."""
    understood = _understood(record.understood_with, labels)
    quotes = record.quotes
    cards = "".join(card(quote, labels, nearest=not record.answered) for quote in quotes)
    if record.answered:
        verdict = f'<div class="verdict">{confidence(record.confidence, labels)}</div>'
        return f'{understood}{verdict}<ol class="quotes" aria-label="{labels("quotes")}">{cards}</ol>'
    nearest = _nearest(cards, len(quotes), labels) if quotes else ""
    return understood + _not_found(record, labels, tries) + nearest


def where(citation: Citation, labels: Labels = ENGLISH) -> str:
    """The citation as `qa.render.where` has it, in the language of the page."""
    return labels.listed(heading_path(citation), *_place(citation, labels))


def located(citation: Citation, labels: Labels = ENGLISH) -> str:
    """The page and the line alone, which are shown in full however long the title is."""
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
        # Cells and times say themselves what they are.
        word = "" if kind in {"cells", "time"} else labels(f"place-{kind.replace(' ', '-')}")
        parts.append(f"{word} ({label})" if word and label else word or label)
    elif number is not None:
        parts.append(labels("line-number" if page is None else "line-of-text", n=str(number)))
    return parts


def confidence(value: float, labels: Labels = ENGLISH, *, worded: bool = True) -> str:
    """A bar and a word; the number shows on hover and is read aloud.

    ``worded`` is false where a word for "answer" would gainsay that there is none.
    """
    number, _, word = in_words(value).partition(", ")
    bound, _, digits = number.rpartition(" ")
    number = labels.number(float(digits), 2)
    number, word = labels(bound, number=number) if bound else number, labels.say(word)
    share = round(100 * value)
    titled = labels("confidence-number", number=number)
    said = word[:1].upper() + word[1:] if worded else titled
    read = labels("confidence-worded", number=number, word=word) if worded else titled
    return (
        f'<span class="confidence" role="meter" aria-label="{labels("confidence")}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{share}" '
        f'aria-valuetext="{read}" title="{titled}">'
        f'<span class="bar" aria-hidden="true"><span style="width:{share}%"></span></span>'
        f'<span class="word">{said}</span></span>'
    )


def card(quote: Quote, labels: Labels = ENGLISH, *, nearest: bool = False) -> str:
    """One quote: its words with the matched ones marked, its citation, and what can be done with it."""
    body = "".join(
        f"<mark>{escape(piece)}</mark>" if matched else escape(piece)
        for piece, matched in shown_pieces(quote)
    )
    data = opens(quote)
    rank = quote.rank
    also = _also(quote.also, labels)
    score = labels("score", score=labels.number(quote.score, 2))
    kind = labels("nearest-number" if nearest else "quote-number", n=rank)
    return (
        f'<li><article class="card" tabindex="0" aria-label="{kind}"{data}{attributes(rank=rank)}>'
        # No language is said of it: the page's own would be wrong for a reader aloud.
        f'<blockquote dir="auto" lang="">{body}</blockquote>'
        f"<footer>{_cite(quote, labels)}"
        f'<span class="actions"><button type="button" class="quiet" data-do="why" aria-expanded="false" '
        f'title="{labels("why")}" aria-label="{labels("why-quote", score=score, n=rank)}">'
        f'{icon("why")}<b class="score">{score}</b></button>'
        f'<button type="button" class="quiet" data-do="open" '
        f'aria-label="{labels("show-quote", n=rank)}">{icon("open")}<span>{labels("source")}</span></button>'
        f'<button type="button" class="quiet" data-do="copy" '
        f'aria-label="{labels("copy-quote", n=rank)}">{icon("copy")}<span>{labels("copy")}</span></button>'
        f'<button type="button" class="quiet" data-do="pin" aria-pressed="false" '
        f'aria-label="{labels("keep-quote", n=rank)}">{icon("keep")}<span>{labels("keep")}</span></button>'
        f"</span></footer>{also}</article></li>"
    )


def _cite(quote: Quote, labels: Labels) -> str:
    """The citation; a long title is shortened and the place stands in a row of its own."""
    citation = quote.citation
    name, at = heading_path(citation), located(citation, labels)
    between = labels.listed(name, at)[len(name) : -len(at)] if at else ""
    long = ' class="long"' if len(name) > LONG else ""
    return (
        f'<cite{long}><span class="rank" aria-hidden="true">{quote.rank}</span>'
        f'<bdi title="{line(place(citation))}"><span class="name">{line(name)}</span>'
        f'<span class="between">{between}</span><span class="place">{line(at)}</span></bdi></cite>'
    )


def opens(quote: Quote, *, nearest: bool = False) -> str:
    """What `page.js` sends back to have the source opened at a quote."""
    spans = " ".join(f"{span.start}-{span.end}" for span in quote.matched)
    passage = f"{quote.context.start}-{quote.context.end}"
    return _opens(quote.citation, passage, spans) + attributes(nearest="true" if nearest else None)


def copied(quote: Quote, labels: Labels = ENGLISH) -> str:
    """What the copy button gives: the quote character for character, and where it stands."""
    cited = quote.citation
    return labels("copied-quote", quote=quote.text, where=where(cited, labels), place=place(cited))


def _understood(earlier: Sequence[str], labels: Labels) -> str:
    if not earlier:
        return ""
    questions = labels.listed(*(f'<bdi lang="">{line(one)}</bdi>' for one in earlier))
    alone = f'<button type="button" class="link" data-do="ask-alone">{labels("ask-alone")}</button>'
    return f'<p class="understood">{labels("understood", questions=questions)} {alone}</p>'


def _also(citations: Sequence[Citation], labels: Labels) -> str:
    if not citations:
        return ""
    places = "".join(
        f'<li><button type="button" class="link" data-do="open"'
        f"{_opens(other)}><bdi>{line(where(other, labels))}</bdi></button></li>"
        for other in citations
    )
    said = labels("same-words", n=len(citations))
    return f'<details class="also"><summary>{said}</summary><ul>{places}</ul></details>'


def _opens(citation: Citation, passage: str = "", matched: str = "") -> str:
    """What `page.js` sends back to have the source opened here."""
    return attributes(
        document=citation.doc_id,
        start=citation.start,
        end=citation.end,
        passage=passage or None,
        matched=matched or None,
    )


def _not_found(record: Answer, labels: Labels, tries: Sequence[str]) -> str:
    # English names the language; the others say only that it is another.
    unread = record.reason_code == "language_not_supported" and labels.language != "en"
    why = line(labels("reason-unread") if unread else labels.say(reason(record)))
    said = f"<p>{labels('because', reason=why[:1].upper() + why[1:])}</p>" if why else ""
    listed = "".join(f"<li>{labels(one)}{_try_button(one, labels)}</li>" for one in tries)
    help_ = f'<h3 class="tries-title">{labels("try")}</h3><ul class="tries">{listed}</ul>' if tries else ""
    return (
        f'<div class="calm"><p class="calm-title">{labels("not-found")}</p>{said}'
        f"{confidence(record.confidence, labels, worded=False)}{help_}</div>"
    )


def _try_button(suggestion: str, labels: Labels) -> str:
    if suggestion != "try-all":
        return ""
    return f' <button type="button" class="link" data-do="ask-all">{labels("ask-all-documents")}</button>'


def _nearest(cards: str, number: int, labels: Labels) -> str:
    name, passages = labels("nearest"), labels("passages", n=number)
    return (
        f'<details class="nearest"><summary>{name}<span>{passages}</span></summary>'
        f'<ol class="quotes" aria-label="{name}">{cards}</ol></details>'
    )
