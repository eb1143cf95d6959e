"""Every format that `qa batch` writes is read back and checked, and each falsification is named."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer.citations import cite
from qa.batch import open_output, read_questions
from qa.check.answers_file import claims_of
from qa.check.source_files import SourceFiles
from qa.check.verify import Finding, Indexed, check_claims
from qa.errors import QaError, UsageError
from qa.messages import Message, has_sentence
from qa.record import Answer, Context, Match, Quote, Span, not_asked
from qa.types import Document, Page

FORMATS = ("jsonl", "json", "csv", "tsv", "xlsx", "md", "html", "docx")
TEXT = (
    "Lease of the garden.\n\nThe tenant shall pay the rent on the first day of each month.\n"
    "    =SUM(1) is *not* a formula, <b>nor</b> is it markup & more | _really_ [sic](x).\n \n"
    "- 1. The deposit is 1,000 euros.\tIt is returned.\n\n"
    "The landlord may not terminate the lease before the year 2030.\n\n"
    "押金为一千欧元。 Yes. The key is silver. Yes. Nothing else applies to the shed behind the house.\n"
)
NAME = "leases/lease (2).txt"


def document(text: str = TEXT, name: str = NAME, sha256: str | None = None) -> Document:
    middle = text.find("The landlord")
    pages = (Page(1, 0, middle), Page(2, middle, len(text))) if middle > 0 else ()
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(name, "Lease (of 2024), final", text, sha256 or digest, pages)


def quote(source: Document, words: str, rank: int, *, answers: bool = True, also: str = "") -> Quote:
    start = source.text.index(words)
    end = start + len(words)
    marked = (Match(start, start + 3, "answer"), Match(end - 2, end, "lexical")) if len(words) > 5 else ()
    around = Context(start=max(0, start - 20), end=end + 5, text=source.text[max(0, start - 20) : end + 5])
    second = source.text.rindex(also) if also else 0
    return Quote(
        rank=rank, text=words, score=0.5, answers=answers, matched=marked,
        citation=cite(source, Span(start, end), ("Rent",)), context=around,
        also=(cite(source, Span(second, second + len(words))),) if also else (),
    )  # fmt: skip


RENT = "The tenant shall pay the rent on the first day of each month."
MARKS = (
    "    =SUM(1) is *not* a formula, <b>nor</b> is it markup & more | _really_ [sic](x).\n \n- 1. The deposit"
)
LIMIT = "The landlord may not terminate the lease before the year 2030."


def answers(source: Document) -> list[Answer]:
    first = (quote(source, RENT, 1), quote(source, MARKS, 2), quote(source, "Yes.", 3, also="Yes."))
    near = quote(source, LIMIT, 1, answers=False)
    no = {"answered": False, "reason": "too far away", "reason_code": "no_answer"}
    return [
        Answer(id="1", question="When?", answered=True, confidence=0.9, reason=None, quotes=first),
        Answer(id="2", question="3. Until when (exactly)?", confidence=0.2, quotes=(near,), **no),  # type: ignore[arg-type]
        not_asked("3", "", "The question is empty."),
    ]


def written(folder: Path, format: str, records: list[Answer]) -> Path:
    questions = folder / "questions.txt"
    questions.write_text("\n".join(record.question or "?" for record in records), encoding="utf-8")
    target = folder / f"answers.{format}"
    read = read_questions(questions)
    with open_output(target, read, 3) as output:
        for row, record in zip(read, records, strict=True):
            output.write(row, record)
    return target


def findings(path: Path, *sources: Document) -> list[Finding]:
    documents = {source.doc_id: source for source in sources}
    checked = check_claims(claims_of(path), Indexed(documents.get, documents.keys).get, originals=False)
    result = [finding for each in checked for finding in each.findings]
    for finding in result:
        assert has_sentence(finding.message), finding
        assert has_sentence(finding.remedy), finding
    return result


def outcome(path: Path, *sources: Document) -> list[Message]:
    """Return what is wrong with a file: an error that names it, or findings."""
    try:
        return [finding.message for finding in findings(path, *sources)]
    except QaError as error:
        message = error.message
    assert has_sentence(message)
    assert str(path) in str(message)
    return [message]


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, or in the parts of a workbook or a Word file."""
    if path.suffix not in (".xlsx", ".docx"):
        text = path.read_bytes().decode()
        assert old in text, (path, old)
        path.write_bytes(text.replace(old, new).encode())
        return
    out = io.BytesIO()
    is_found = False
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            data = before.read(info)
            is_found |= old.encode() in data
            after.writestr(info, data.replace(old.encode(), new.encode()))
    assert is_found, (path, old)
    path.write_bytes(out.getvalue())


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_is_read_back_without_a_fault(tmp_path: Path, format: str) -> None:
    source = document()
    path = written(tmp_path, format, answers(source))
    assert findings(path, source) == []
    checked = list(check_claims(claims_of(path), Indexed({NAME: source}.get).get, originals=False))
    # A table has no other places of a quote.
    firsts = 3 if format in ("csv", "tsv", "xlsx") else 4
    assert [each.citations for each in checked] == [firsts, 1, 0]


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(str.strip), st.text(max_size=20), st.sampled_from(FORMATS))
def test_any_text_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, words: str, before: str, format: str
) -> None:
    source = replace(document(f"{before}\n{words}\nThe end."), pages=())
    start = len(before) + 1
    span = Span(start, start + len(words))
    around = Context(start=start, end=span.end, text=words)
    own = Quote(rank=1, text=words, score=0.5, matched=(), citation=cite(source, span), context=around)
    record = Answer(id="1", question="?", answered=True, confidence=0.9, reason=None, quotes=(own,))
    path = written(tmp_path_factory.mktemp("any"), format, [record])
    assert findings(path, source) == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("old", "new", "kind", "code"),
    [
        ("day of each month.", "day of each year.", "quote", "check-quote-altered"),
        (NAME, "leases/none.txt", "document", "check-document-missing"),
        ("may not terminate", "may terminate", "quote", "check-quote-altered"),
    ],
)
def test_an_edited_quote_or_document_is_named(
    tmp_path: Path, format: str, old: str, new: str, kind: str, code: str
) -> None:
    source = document()
    path = written(tmp_path, format, answers(source))
    if kind == "quote" and format in ("md", "html", "docx"):
        # The last words are not marked, and so in one piece in the file.
        old, new = {"day of each month.": ("day of each mont", "day of each yea")}.get(old, (old, new))
    if kind == "document" and format == "md":
        old = old.replace("(", r"(")
    edit(path, old, new)
    matching = [finding for finding in findings(path, source) if finding.kind == kind]
    assert code in {finding.message.code for finding in matching}
    if kind == "quote":
        assert "{+" in matching[0].problem or "[-not-]" in matching[0].problem


@pytest.mark.parametrize("format", FORMATS)
def test_an_edited_offset_is_named(tmp_path: Path, format: str) -> None:
    source = document()
    path = written(tmp_path, format, answers(source))
    start = TEXT.index(LIMIT)
    table = {"csv": f",{start},", "tsv": f"\t{start}\t", "xlsx": f"<v>{start}</v>"}
    old = table.get(format, f":{start}-")
    if format in ("json", "jsonl"):
        old = f'"start": {start}, "end": {start + len(LIMIT)}'
    edit(path, old, old.replace(str(start), str(start + 1)))
    codes = [finding.message.code for finding in findings(path, source) if finding.record != "1"]
    assert "check-quote-elsewhere" in codes


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("change", "kind", "part"),
    [
        (lambda text: text.replace("silver", "golden"), "hash", "not the version"),
        (lambda text: text.replace(RENT, "") + RENT, "moved", "has moved to"),
        (lambda text: text.replace("first day", "last day"), "changed", "[-first-] {+last+}"),
        (lambda text: text.replace(RENT, "Rent is due at any time."), "gone", "gone"),
    ],
)
def test_a_quote_is_looked_up_again_in_a_changed_document(
    tmp_path: Path, format: str, change: Callable[[str], str], kind: str, part: str
) -> None:
    source = document()
    path = written(tmp_path, format, answers(source))
    now = document(change(TEXT))
    first = [
        each
        for each in findings(path, now)
        if each.quote == 1 and each.record in ("1", "question 1", "row 2")
    ]
    assert kind in {finding.kind for finding in first}
    assert part in next(finding for finding in first if finding.kind == kind).problem
    if kind == "moved":
        start = now.text.rindex(RENT)
        now_at = first[0].message.params["now"]
        assert isinstance(now_at, Message)
        assert (now_at.params["start"], now_at.params["end"]) == (start, start + len(RENT))


@pytest.mark.parametrize("format", FORMATS)
def test_a_removed_document_is_named(tmp_path: Path, format: str) -> None:
    path = written(tmp_path, format, answers(document()))
    all_findings = findings(path)
    assert {finding.message for finding in all_findings} == {Message.of("check-document-missing", name=NAME)}


@pytest.mark.parametrize(
    ("format", "old", "new", "code"),
    [
        ("csv", "page 2", "page 3", "check-citation-differs"),
        ("xlsx", "page 2", "page 3", "check-citation-differs"),
        ("md", "page 2", "page 3", "check-citation-differs"),
        ("html", "page 2", "page 3", "check-citation-differs"),
        ("docx", "page 2", "page 3", "check-citation-differs"),
        ("html", "ase of the garden.", "ase of a garden.", "check-context-not-around"),
        ("html", "SHA-256 ", "SHA-255 ", "check-hash-missing"),
        ("docx", "SHA-256 ", "SHA-255 ", "check-hash-missing"),
        ("html", "</html>", "", "check-unended"),
        ("html", "3 questions", "4 questions", "check-incomplete"),
        ("md", "3 questions", "4 questions", "check-incomplete"),
        ("csv", ",false,", ",false,,", "check-row-broken"),
    ],
)
def test_edited_details_of_a_citation_are_named(
    tmp_path: Path, format: str, old: str, new: str, code: str
) -> None:
    source = document()
    path = written(tmp_path, format, answers(source))
    edit(path, old, new)
    assert code in {finding.message.code for finding in findings(path, source)}


def test_the_quote_in_sight_counts_and_not_hidden_text(tmp_path: Path) -> None:
    source = document()
    path = written(tmp_path, "html", answers(source))
    edit(path, "tenant shall pay", '<span hidden="">tenant</span>landlord shall pay')
    assert {each.message.code for each in findings(path, source)} >= {"check-quote-altered"}
    path = written(tmp_path, "docx", answers(source))
    hidden = (
        '</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>tenant</w:t></w:r><w:r><w:t xml:space="preserve">'
    )
    edit(path, "tenant shall pay", f"{hidden}landlord shall pay")
    assert {each.message.code for each in findings(path, source)} >= {"check-quote-altered"}


def test_of_equal_places_the_one_with_the_same_surroundings_is_named(tmp_path: Path) -> None:
    source = document("Is it wet? Yes. Is it cold? Yes. Is it dark? No.")
    own = quote(source, "Yes.", 1)
    record = Answer(id="1", question="?", answered=True, confidence=0.9, reason=None, quotes=(own,))
    path = written(tmp_path, "jsonl", [record])
    now = document("Is it cold? Yes. Is it dark? No. Is it new? Yes. Well: Is it wet? Yes. Is it cold?")
    (finding,) = findings(path, now)
    place = finding.message.params["now"]
    assert isinstance(place, Message)
    assert place.params["start"] == now.text.index("Yes. Is it cold?")


# Files that are no answers


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nothing", b"\xff\xfe\x00\x01", b"a,b\n1,2\n", b"<html><p>x</p>"]
)
def test_a_file_that_is_not_ours_is_one_sentence(tmp_path: Path, format: str, content: bytes) -> None:
    path = tmp_path / f"answers.{format}"
    path.write_bytes(content)
    (message,) = outcome(path)
    assert message.code.startswith(("answers-", "check-no-"))


@pytest.mark.parametrize("format", FORMATS)
def test_a_truncated_file_is_reported(tmp_path: Path, format: str) -> None:
    source = document()
    path = written(tmp_path, format, answers(source))
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"2030") if b"2030" in data else len(data) // 2])
    assert outcome(path, source)


@pytest.mark.parametrize("format", ["csv", "md", "html", "jsonl", "json"])
def test_an_endless_line_is_refused_without_reading_it_all(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.check.lines.MOST", 1000)
    monkeypatch.setattr("qa.check.html_report._WAITING", 1000)
    path = tmp_path / f"answers.{format}"
    path.write_text("<!--" + "x" * 5000)
    with pytest.raises(QaError) as raised:
        findings(path)
    assert raised.value.code in ("answers-line-too-long", "answers-damaged")
    assert not isinstance(raised.value, UsageError)


def test_other_formats_are_named(tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text("It was.")
    with pytest.raises(UsageError) as raised:
        findings(path)
    assert raised.value.code == "answers-other-format"
    for format in FORMATS:
        with pytest.raises(UsageError) as raised:
            findings(tmp_path / f"missing.{format}")
        assert raised.value.code == "answers-missing"


# Original files without an index


def test_files_alone_are_enough(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    (folder / "leases").mkdir(parents=True)
    file = folder / "leases" / "lease (2).txt"
    file.write_text(TEXT, encoding="utf-8")
    source = Document(NAME, "lease (2)", TEXT, hashlib.sha256(TEXT.encode()).hexdigest())

    def kinds(format: str, *sources: Path) -> list[str]:
        path = written(tmp_path, format, answers(source))
        files = SourceFiles([str(each) for each in sources], tmp_path / "index")
        checked = check_claims(claims_of(path), files.get, originals=False)
        return [finding.kind for each in checked for finding in each.findings]

    for format in FORMATS:
        assert kinds(format, folder) == []
    # The name below another folder, the file alone, and another name.
    assert kinds("csv", tmp_path) == kinds("csv", folder / "leases") == kinds("md", file) == []
    file.rename(folder / "renamed.txt")
    assert kinds("html", folder) == []
    (folder / "renamed.txt").rename(file)
    file.write_text(TEXT.replace(RENT, "") + RENT, encoding="utf-8")
    assert "moved" in kinds("docx", folder)
    file.unlink()
    assert set(kinds("xlsx", folder)) == {"document"}
    with pytest.raises(UsageError):
        kinds("csv", tmp_path / "none")


def test_records_of_a_corpus_and_attachments_are_files_too(tmp_path: Path) -> None:
    line = '{"_id": "b", "title": "B", "text": "The key is silver and heavy."}'
    (tmp_path / "corpus.jsonl").write_text(f'{{"_id": "a", "text": "x"}}\n\n{line}\n')
    source = Document("b", "B", "The key is silver and heavy.", hashlib.sha256(line.encode()).hexdigest())
    own = quote(source, "The key is silver", 1)
    record = Answer(id="1", question="?", answered=True, confidence=0.9, reason=None, quotes=(own,))
    folder = tmp_path / "out"
    folder.mkdir()
    path = written(folder, "csv", [record])
    files = SourceFiles([str(tmp_path / "corpus.jsonl")], tmp_path / "index")
    (checked,) = check_claims(claims_of(path), files.get, originals=False)
    assert (checked.citations, checked.findings) == (1, ())
