"""Drafts whose quotations are checked on the page, stored for their reports and for a reload."""

from __future__ import annotations

import base64
import shutil
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from qa import DraftCheck, Library, Quotation
from qa.check import drafts, outputs
from qa.check.record import PASSING, VERDICTS, Verdict
from qa.errors import QaError, UsageError
from qa.messages import Message, visible
from qa.programs import inputs
from qa.web.cards import opens_at, where
from qa.web.exports import without_local_addresses
from qa.web.failures import renamed
from qa.web.labels import ENGLISH, Labels, labels_in
from qa.web.scratch import Bin, Scratch
from qa.web.templates import render
from qa.web.uploads import LOCKED, Upload, safe_name

AT_ONCE = 1
"""Drafts checked at the same time; few, because questions must not wait for them."""
KEPT = 20
"""Maximum number of checks that are stored."""
MEDIA = {
    "html": "text/html",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "marked": "text/html",
}
"""The formats of a report or a copy, with their media types."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Checked:
    bin: Bin
    draft: drafts.Draft
    check: DraftCheck


class Drafts:
    """Checks drafts; thread-safe.

    Args:
        library: The library with the documents.
        scratch: The folder of uploaded files.
        upload: Returns the upload that a request names.
        names: Returns the ids and globs of documents in a request.
    """

    def __init__(
        self,
        library: Library,
        scratch: Scratch,
        upload: Callable[[Any], Upload],
        names: Callable[[Any], tuple[str, ...]],
    ) -> None:
        self._library, self._scratch, self._upload, self._names = library, scratch, upload, names
        self._checked: dict[str, _Checked] = {}
        self._running: dict[str, Future[None]] = {}
        self._slots = threading.Semaphore(AT_ONCE)

    def check(self, data: Mapping[str, Any]) -> Json:
        """Check the quotations of a draft that was uploaded before; return the verdicts as HTML.

        A page that was reloaded meanwhile calls this again, and gets the verdicts of the same check.
        """
        item = data.get("file")
        name = item.get("stored") if isinstance(item, Mapping) else None
        if not isinstance(name, str) or not self._is_checked(name):
            name = self._check(item, data)
        return self._shown(name, labels_in(data.get("lang")))

    def checked(self, data: Mapping[str, Any]) -> Json:
        """Return the verdicts of a draft that is or was checked as HTML."""
        name = inputs.text(data.get("run"))
        self._is_checked(name)
        return self._shown(name, labels_in(data.get("lang")))

    def _is_checked(self, name: str) -> bool:
        """Return whether a draft was checked; wait for the end of a check, and raise its error."""
        running = self._running.get(name)
        if running is not None:
            running.result()
        return name in self._checked

    def _check(self, item: Any, data: Mapping[str, Any]) -> str:
        """Check a draft, and return the name of the check."""
        documents, password = self._names(data.get("documents")), data.get("password")
        file = self._upload(item)
        bin = file.bin or self._scratch.new()
        running: Future[None] = Future()
        self._running[bin.name] = running
        try:
            self._checked_in(bin, file, documents, inputs.text(password) if password else None)
            running.set_result(None)
        except BaseException as error:
            bin.drop()
            running.set_exception(error)
            raise
        finally:
            del self._running[bin.name]
        return bin.name

    def _checked_in(self, bin: Bin, file: Upload, documents: tuple[str, ...], password: str | None) -> None:
        path = bin.path / safe_name(file.name)
        shutil.move(file.path, path)
        try:
            with self._slots:
                draft = drafts.read(path, password=password)
                check = self._library.check(draft, documents=documents)
        except QaError as error:
            if (reason := _locked(error)) is not None:
                raise UsageError(reason, name=visible(file.name)) from error
            raise renamed(error, path) if isinstance(error, UsageError) else error from error
        for old in list(self._checked)[: 1 - KEPT]:
            if (gone := self._checked.pop(old, None)) is not None:
                gone.bin.drop()
        self._checked[bin.name] = _Checked(bin, draft, check)

    def report(self, data: Mapping[str, Any]) -> Json:
        """Return the report of a checked draft, or a copy of the draft with comments, as a file in base64."""
        checked = self._of(inputs.text(data.get("run")))
        format = inputs.text(data.get("format"))
        formats = _formats(checked.draft.name)
        if format not in formats:
            raise UsageError("export-format-unknown", format=format, known=", ".join(formats))
        content, _ = outputs.render(checked.check, checked.draft, format)
        if format == "json":
            content = without_local_addresses(content)
        stem, extension = PurePath(checked.draft.name).stem, "html" if format == "marked" else format
        return {
            "file": base64.b64encode(content).decode(),
            "type": MEDIA[format],
            "name": f"{stem}-{'checked' if format in outputs.COPIES else 'quotations'}.{extension}",
        }

    def endpoints(self) -> tuple[Callable[[Mapping[str, Any]], Json], ...]:
        """Return the endpoints of the page."""
        return (self.check, self.checked, self.report)

    def _of(self, name: str) -> _Checked:
        # Looking the bin up marks it as still needed.
        checked = self._checked.get(name) if self._scratch.bin(name) is not None else None
        if checked is None:
            self._checked.pop(name, None)
            raise UsageError("answers-gone")
        return checked

    def _shown(self, name: str, labels: Labels) -> Json:
        checked = self._of(name)
        check = checked.check
        return {
            "run": name,
            "html": verdicts(check, labels),
            "status": summary(check, labels),
            "failing": sum(not quotation.passes for quotation in check.quotations),
            "formats": list(_formats(checked.draft.name)),
        }


def _locked(error: QaError) -> str | None:
    """Return the code of an error that a password solves; None for other errors."""
    reason = error.params.get("reason")
    if not isinstance(reason, Message) or reason.code not in LOCKED:
        return None
    return "draft-password-wrong" if reason.code == "pdf-password-wrong" else "draft-locked"


def _formats(name: str) -> tuple[str, ...]:
    """Return the formats of the report, and of a copy if the draft can be copied with marks."""
    copies = (format for format, endings in outputs.COPIES.items() if name.lower().endswith(endings))
    return ("html", "json", *copies)


def summary(check: DraftCheck, labels: Labels = ENGLISH) -> str:
    """Return the number of quotations with each verdict, in words."""
    if not check.quotations:
        return labels("no-quotations")
    counts = [
        labels("verdict-count", verdict=labels(_key(verdict)), n=str(check.counts[verdict]))
        for verdict in VERDICTS
        if check.counts[verdict]
    ]
    total = labels("quotations", n=len(check.quotations))
    return labels("quotations-summary", quotations=total, counts=labels.listed(*counts))


def verdicts(check: DraftCheck, labels: Labels = ENGLISH) -> str:
    """Return the quotations of a draft with their verdicts as HTML; those to correct come first."""
    return render(
        "parts/check.html",
        check=check,
        ordered=sorted(check.quotations, key=lambda quotation: quotation.passes),
        passing=PASSING,
        verdicts=list(VERDICTS),
        key=_key,
        place_in_draft=partial(_place_in_draft, labels=labels),
        page_named=partial(_page_named, labels=labels),
        opens_at=opens_at,
        where=where,
        labels=labels,
    )


def _key(verdict: Verdict) -> str:
    return f"verdict-{verdict.replace('_', '-')}"


def _place_in_draft(quotation: Quotation, labels: Labels) -> str:
    if quotation.line is None:
        return labels("draft-row", id=quotation.id)
    place = labels("line-number", n=str(quotation.line))
    return (
        place
        if quotation.page is None
        else labels.listed(labels("page-number", n=str(quotation.page)), place)
    )


def _page_named(quotation: Quotation, labels: Labels) -> Markup | str:
    """Return whether the page that the draft names is right; empty if it names none or nothing is known."""
    named = quotation.reference
    if named is None or named.agrees is None or quotation.citation is None:
        return ""
    page = str(named.first) if named.first == named.last else f"{named.first}–{named.last}"
    if named.agrees:
        return labels("page-named-right", page=page)
    return labels("page-named-wrong", page=page, real=where(quotation.citation, labels))
