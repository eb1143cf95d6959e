"""An answer as HTML: its confidence, its quotes as cards, or that it is not in the documents."""

from __future__ import annotations

from html import escape

from qa.render import NEAREST, NOT_FOUND, CitationRecord, QuoteRecord, Record, in_words, where
from qa.render.phrases import place, reason, shown_pieces
from qa.web.markup import attributes, counted, icon, line


def answer(record: Record) -> str:
    """What stands below a question."""
    understood = "".join(
        f'<p class="understood">Understood with: <bdi>{line(earlier)}</bdi></p>'
        for earlier in record.get("understood_with", [])
    )
    quotes = record["quotes"]
    cards = "".join(card(quote, nearest=not record["answered"]) for quote in quotes)
    if record["answered"]:
        verdict = f'<div class="verdict">{confidence(record["confidence"])}</div>'
        return f'{understood}{verdict}<ol class="quotes" aria-label="Quotes">{cards}</ol>'
    return understood + _not_found(record) + (_nearest(cards, len(quotes)) if quotes else "")


def confidence(value: float, *, worded: bool = True) -> str:
    """A bar and a word; the number shows on hover and is read aloud.

    ``worded`` is false where a word for "answer" would gainsay that there is none.
    """
    number, _, word = in_words(value).partition(", ")
    share = round(100 * value)
    said = word.capitalize() if worded else f"Confidence {number}"
    return (
        '<span class="confidence" role="meter" aria-label="Confidence" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{share}" aria-valuetext="{number}, {word}" '
        f'title="Confidence {number}">'
        f'<span class="bar" aria-hidden="true"><span style="width:{share}%"></span></span>'
        f'<span class="word">{said}</span></span>'
    )


def card(quote: QuoteRecord, *, nearest: bool = False) -> str:
    """One quote: its words with the matched ones marked, its citation, and what can be done with it."""
    citation, context = quote["citation"], quote["context"]
    body = "".join(
        f"<mark>{escape(piece)}</mark>" if matched else escape(piece)
        for piece, matched in shown_pieces(quote)
    )
    spans = " ".join(f"{span['start']}-{span['end']}" for span in quote["matched"])
    data = _opens(citation, f"{context['start']}-{context['end']}", spans)
    rank = quote["rank"]
    also = _also(quote.get("also", []))
    kind = "Nearest passage" if nearest else "Quote"
    return (
        f'<li><article class="card" tabindex="0" aria-label="{kind} {rank}"{data}{attributes(rank=rank)}>'
        f'<blockquote dir="auto">{body}</blockquote>'
        f'<footer><cite><span class="rank" aria-hidden="true">{rank}</span>'
        f'<bdi title="{line(place(citation))}">{line(where(citation))}</bdi></cite>'
        f'<span class="score" title="Score: how much the words and their meaning match">'
        f"score {quote['score']:.2f}</span>"
        f'<span class="actions"><button type="button" class="quiet" data-do="open" '
        f'aria-label="Show quote {rank} in its source">{icon("open")}<span>Source</span></button>'
        f'<button type="button" class="quiet" data-do="copy" '
        f'aria-label="Copy quote {rank} with its citation">{icon("copy")}<span>Copy</span></button>'
        f'<button type="button" class="quiet" data-do="pin" aria-pressed="false" '
        f'aria-label="Keep quote {rank}">{icon("keep")}<span>Keep</span></button></span>'
        f"</footer>{also}</article></li>"
    )


def copied(quote: QuoteRecord) -> str:
    """What the copy button gives: the quote character for character, and where it stands."""
    citation = quote["citation"]
    return f"“{quote['text']}”\n— {where(citation)} ({place(citation)})"


def _also(citations: list[CitationRecord]) -> str:
    if not citations:
        return ""
    places = "".join(
        f'<li><button type="button" class="link" data-do="open"'
        f"{_opens(other)}><bdi>{line(where(other))}</bdi></button></li>"
        for other in citations
    )
    found = counted(len(citations), "more place")
    return f'<details class="also"><summary>The same words in {found}</summary><ul>{places}</ul></details>'


def _opens(citation: CitationRecord, passage: str = "", matched: str = "") -> str:
    """What `page.js` sends back to have the source opened here."""
    return attributes(
        document=citation["doc_id"],
        start=citation["start"],
        end=citation["end"],
        passage=passage or None,
        matched=matched or None,
    )


def _not_found(record: Record) -> str:
    why = reason(record)
    said = f"<p>{line(why[:1].upper() + why[1:])}.</p>" if why else ""
    return (
        f'<div class="calm"><p class="calm-title">{NOT_FOUND}</p>{said}'
        f"{confidence(record['confidence'], worded=False)}</div>"
    )


def _nearest(cards: str, number: int) -> str:
    return (
        f'<details class="nearest"><summary>{NEAREST}<span>{counted(number, "passage")}</span></summary>'
        f'<ol class="quotes" aria-label="{NEAREST}">{cards}</ol></details>'
    )
