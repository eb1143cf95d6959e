"""The command line: parses, calls, prints. Data on stdout, progress and messages on stderr."""

from __future__ import annotations

import argparse
import errno
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qa import __version__
from qa.errors import QaError, QuestionError, UsageError

# Every command imports what it uses, inside: `qa --help` and `qa list` must not wait for torch or gradio.
if TYPE_CHECKING:
    from qa.answer.answerer import Answerer
    from qa.encoders import Encoder
    from qa.evaluate import Outcome
    from qa.index import Report

DONE, FAILED, USAGE = 0, 1, 2
LISTED = 50
"""Names printed of what a run of indexing added, changed or removed: a corpus has a million of them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code: 0 done, 1 failed, 2 usage."""
    parsed = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # Quotes hold any character; a terminal that cannot show one shows a question mark.
        if hasattr(stream, "reconfigure"):
            if stream.isatty() or "PYTHONIOENCODING" in os.environ:
                stream.reconfigure(errors="replace")
            else:
                # A file or a program gets the very characters, whatever the system's own encoding.
                stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except (UsageError, QuestionError) as error:
        _say(f"qa: {error}")
        return USAGE
    except QaError as error:
        _say(f"qa: {error}")
        return FAILED
    except KeyboardInterrupt:
        _say("qa: stopped.")
        return FAILED
    except BrokenPipeError:
        # Whoever read the output has enough; Python must not complain about it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _say(f"qa: The output cannot be written ({error.strerror}); free some space, then try again.")
        return FAILED
    return code


# -- the commands -----------------------------------------------------------------------------------


def _index(options: argparse.Namespace) -> int:
    from qa.cli.password import opening_password
    from qa.index import Index, Options, survey
    from qa.notes import on_documents
    from qa.progress import indexing, stoppable

    if options.dry_run and options.watch:
        raise UsageError("--watch does what --dry-run only says; give one of them.")
    password = opening_password(options.password, options.password_file)
    encoder = _Lazy(lambda: index.model)
    if Index.exists(options.index):
        if not options.dry_run and Index.migrate(options.index):
            _say(f"The index in {options.index} was brought up to this program's format.")
        index = Index(options.index)
        if options.model and not (options.model == index.model and index.is_default_model):
            # Loaded here even if nothing is to be embedded: naming a model is what fetches it.
            encoder.loaded = _load(options.model, fetch=not options.dry_run)
            index.check(encoder.loaded)
    else:
        # Before a model is loaded and a folder made for nothing.
        found = survey(options.sources, options.index)
        if options.dry_run or not found.added:
            _print_report(found, options.dry_run)
            return FAILED if found.failed and not found.added else DONE
        made = _load(options.model, fetch=True)
        index = Index.create(options.index, made)
        encoder.loaded = made
    how = Options(options.prune, options.dry_run, password, options.ocr)

    def update() -> Report:
        with indexing() as progress, stoppable() as stop:
            report = index.update(options.sources, encoder, how, progress, stop)
        if not options.watch or report.added or report.changed or report.removed or report.failed:
            _print_report(report, options.dry_run)
        for note in on_documents(report.unread, index.model):
            _say(note)
        if options.report:
            _write_report(options.report, report)
        return report

    if options.watch:
        return _watch(options, update)
    report = update()
    if report.interrupted:
        _say("Stopped. What is listed above is kept; run the command again to go on.")
        return FAILED
    nothing = not (report.added or report.changed or report.unchanged or report.removed)
    return FAILED if nothing and report.failed else DONE


def _watch(options: argparse.Namespace, update: Callable[[], Report]) -> int:
    from qa.index.watch import watch

    _say("Watching. Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        watch(options.sources, options.index, update, lambda error: _say(f"qa: {error}"))
    _say("Stopped watching. What is listed above is kept.")
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from qa.index import Index, doctor
    from qa.notes import on_calibration

    if options.repair and Index.exists(options.index) and Index.migrate(options.index):
        _say(f"The index in {options.index} was brought up to this program's format.")
    faults = doctor.check(options.index)
    for fault in faults:
        _print(str(fault))
    if faults and options.repair:

        def encoder() -> Encoder:
            index = Index(options.index)
            found = _load(index.model)
            index.check(found)
            return found

        doctor.repair(options.index, encoder, faults)
        left = doctor.check(options.index)
        _say(f"{len(faults) - len(left):,} faults repaired, {len(left):,} left.")
        for fault in left:
            _print(f"still: {fault}")
        return FAILED if left else DONE
    found = f"{len(faults):,} fault{'s' if len(faults) != 1 else ''}" if faults else "no fault"
    _say(f"The index in {options.index} was checked: {found} found.")
    if not faults and (note := on_calibration(Index(options.index))):
        _say(note)
    return FAILED if faults else DONE


def _ask(options: argparse.Namespace) -> int:
    from qa.record import to_json_line
    from qa.render import markdown, text
    from qa.search.query import analyse

    # Looked at first: nobody should wait for a model to be told that a question is empty.
    analyse(options.question)
    answerer = _answerer(options.index, options.risk)
    answer = answerer.ask(
        options.question,
        k=options.k,
        documents=options.documents,
        after=options.after,
        why=options.why,
    )
    if answer.answered:
        # Otherwise it stands in the reason.
        _say_unread([options.question], answerer)
    if options.format in ("json", "jsonl"):
        _print(to_json_line(answer))
    elif options.format in ("markdown", "md"):
        _print(markdown.item(answer))
    else:
        _print(text(answer, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return DONE


def _batch(options: argparse.Namespace) -> int:
    from qa.answer.answerer import QUOTES
    from qa.batch import Row, open_output, read_questions, run
    from qa.record import Answer

    questions = read_questions(options.questions)
    for warning in questions.warnings:
        _say(f"{options.questions.name}: {warning}")
    format = "md" if options.format == "markdown" else options.format
    k = QUOTES if options.k is None else options.k
    output = open_output(options.output, questions, k, format)
    answerer = _answerer(options.index, options.risk)

    def ask(row: Row) -> Answer:
        return answerer.ask(row.question, k=k, documents=row.documents or options.documents)

    try:
        with _bar(len(questions), "question") as bar, output:
            counts = run(questions, ask, output.write, lambda counts: bar(counts.total))
    except KeyboardInterrupt:
        if output.kept:
            _say(f"Stopped. {output.written:,} answers are kept in {output.kept}.")
        return FAILED
    _say_unread([row.question for row in questions if row.error is None], answerer)
    _say(
        f"{counts.answered:,} answered, {counts.unanswered:,} not in the documents, {counts.failed:,} failed."
    )
    return FAILED if counts.failed and counts.failed == counts.total else DONE


def _list(options: argparse.Namespace) -> int:
    from qa.index import Index
    from qa.notes import on_index
    from qa.render import single_line

    index = Index(options.index)
    documents = index.documents()
    if options.format in ("json", "jsonl"):
        lines = [json.dumps(asdict(document), ensure_ascii=False) for document in documents]
        if options.format == "json":
            lines = ["[\n" + ",\n".join(lines) + "\n]" if lines else "[]"]
        for line in lines:
            _print(line)
        return DONE
    rows = [("document", "title", "pages", "sentences", "bytes", "indexed")]
    for d in documents:
        name, title = single_line(d.doc_id), single_line(d.title)
        pages = str(d.pages) if d.pages else "-"
        rows.append((name, title, pages, f"{d.sentences:,}", f"{d.size:,}", d.indexed_at[:10]))
    widths = [min(48, max(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        _print("  ".join((*names, *figures)).rstrip())
    for d in documents:
        for warning in d.warnings:
            _say(f"{single_line(d.doc_id)}: {single_line(warning)}")
    for failure in index.failures():
        _say(f"not in the index: {single_line(failure.name)}: {single_line(failure.reason)}")
    total = sum(d.sentences for d in documents)
    plural = "s" if len(documents) != 1 else ""
    _say(f"{len(documents):,} document{plural}, {total:,} sentences; model {index.model}.")
    for note in on_index(index, documents):
        _say(note)
    return DONE


def _show(options: argparse.Namespace) -> int:
    from qa.index import Index
    from qa.render import displayable, left_out

    index = Index(options.index)
    document = index.document(options.document)
    if options.left_out:
        if document is None:
            raise UsageError(f"There is no document {options.document}; see: qa list")
        omissions = index.omissions(document.doc_id)
        for omission in omissions:
            _print(left_out(omission))
        if not omissions:
            _say("Nothing of the file was left out.")
        return DONE
    start, end = 0, None
    if document is None and (place := re.fullmatch(r"(.*):(\d+)-(\d+)", options.document, re.DOTALL)):
        document = index.document(place[1])
        start, end = int(place[2]), int(place[3])
    if document is None:
        raise UsageError(f"There is no document {options.document}; see: qa list")
    if end is not None and not 0 <= start < end <= len(document.text):
        raise UsageError(
            f"{document.doc_id} has the characters 0-{len(document.text)}; {start}-{end} is no stretch of it."
        )
    text = document.text[start:end]
    # A terminal would obey what a document may hold; a program gets the very characters.
    _print(displayable(text) if sys.stdout.isatty() else text)
    return DONE


def _remove(options: argparse.Namespace) -> int:
    from qa.index import Index

    Index(options.index).remove(options.documents)
    _say(f"Removed {len(options.documents):,} document{'s' if len(options.documents) != 1 else ''}.")
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from qa.check.verify import check
    from qa.index import Index

    index = Index(options.index)
    citations = faults = 0
    try:
        with options.answers.open(encoding="utf-8-sig") as lines:
            for checked in check(_answer_lines(lines), index.document, originals=not options.text_only):
                citations += checked.citations
                for finding in checked.findings:
                    faults += 1
                    _print(str(finding))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{options.answers} cannot be read ({error}); give what qa batch wrote as JSON lines."
        ) from error
    _say(f"{citations:,} citations checked, {faults:,} fault{'s' if faults != 1 else ''} found.")
    return FAILED if faults else DONE


def _answer_lines(file: TextIO) -> Iterator[str]:
    """The records of an answers file, one a line: what it holds as JSON lines, or as one array."""
    first = next(file, "")
    if first.lstrip().startswith("["):
        try:
            records = json.loads(first + file.read())
        except (ValueError, RecursionError):
            records = None
        if isinstance(records, list):
            yield from (json.dumps(each) for each in records)
            return
        file.seek(0)
        first = ""
    yield from chain((first,), file)


def _eval(options: argparse.Namespace) -> int:
    from qa.evaluate import figures

    found = figures(_judged(options.questions, lambda: _answerer(options.index, options.risk)))
    if options.format == "json":
        _print(json.dumps(asdict(found)))
        return DONE
    for name, value in asdict(found).items():
        if isinstance(value, dict):
            for k, share in value.items():
                _print(f"{f'hit@{k}':<22}{share:.3f}")
        else:
            shown = "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
            _print(f"{name.replace('_', ' '):<22}{shown}")
    return DONE


def _calibrate(options: argparse.Namespace) -> int:
    from qa.answer.answerer import QUOTES, Answerer
    from qa.answer.calibration import NEVER, calibrate, cross_validated, dumps, log_odds
    from qa.evaluate import calibration_error
    from qa.index import Index

    index = Index(options.index)
    if options.reset:
        index.keep_calibration(None)
        _say(f"The index in {options.index} has the confidence again that the program comes with.")
        return DONE
    if options.questions is None:
        raise UsageError("Give a file of questions with gold answers, or --reset.")
    answerer = Answerer(index, _load(index.model), calibrated=False)
    outcomes = _judged(options.questions, lambda: answerer, lambda text: answerer.unread(text) is None)
    right = [o.rank is not None and o.rank <= QUOTES for o in outcomes]
    odds = [log_odds(o.confidence) for o in outcomes]
    made = calibrate(odds, right)
    before = calibration_error([o.confidence for o in outcomes], right)
    after = calibration_error(cross_validated(odds, right), right)
    index.keep_calibration(dumps(made))
    _print(f"{'questions':<22}{len(right):,}")
    _print(f"{'right':<22}{sum(right) / len(right):.3f}")
    _print(f"{'ece before':<22}{before:.3f}")
    _print(f"{'ece after':<22}{after:.3f}  (each question by a fit on others)")
    for risk, least in made.thresholds.items():
        shown = "never: too few questions to tell" if least == NEVER else f"{least:.3f}"
        _print(f"{f'--risk {risk} from':<22}{shown}")
    _say(f"The index in {options.index} keeps this until it is calibrated again, or --reset.")
    return DONE


def _serve(options: argparse.Namespace) -> int:
    from qa.index import Index

    folder: Path = options.index
    if options.new_login:
        from qa.web import auth

        _print(auth.line(options.new_login, _password()))
        return DONE
    if not Index.exists(folder):
        _say(f"Making an index in {folder} ...")
        made = _load(None)
        index = Index.create(folder, made)
        # The text that the project ships with: a new user's first question is asked of it.
        if (source := folder / "source.txt").is_file():
            from qa.progress import indexing

            with indexing() as progress:
                _print_report(index.update([str(source)], lambda: made, progress=progress), False)
    index = Index(folder)
    encoder = _Lazy(lambda: index.model)
    _say("Opening the page ...")
    from qa.answer.answerer import Answerer
    from qa.web import ServerOptions, serve

    serve(
        index,
        lambda: Answerer(index, encoder(), options.risk),
        host=options.host,
        port=options.port,
        open_browser=_has_screen() if options.open is None else options.open,
        encoder=encoder,
        sharing=ServerOptions(
            logins=options.auth,
            read_only=options.read_only,
            upload_bytes=options.max_upload * 1_000_000,
            requests_a_minute=options.rate,
            root_path=options.root_path,
            mcp=options.mcp,
            trusted_proxies=tuple(options.trusted_proxy),
            allowed_hosts=tuple(options.allow_host),
        ),
    )
    return DONE


def _password() -> str:
    """A password from the terminal, where it is not shown, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise UsageError("These were two different passwords; try again.")
    return password


# -- what the commands share ------------------------------------------------------------------------


def _judged(
    path: Path, answerer: Callable[[], Answerer], wanted: Callable[[str], bool] = lambda _: True
) -> list[Outcome]:
    """What became of each question of a file with gold answers."""
    from qa.batch import read_questions
    from qa.evaluate import DEPTH, evaluate, gold_of

    questions = read_questions(path)
    sound = [row for row in questions if row.error is None and wanted(row.question)]
    golds = [(row, gold_of(dict(row.input or {}))) for row in sound]
    ask = answerer().ask
    asked = (
        (gold, lambda row=row: ask(row.question, k=DEPTH, documents=row.documents)) for row, gold in golds
    )
    with _bar(len(golds), "question") as bar:
        return evaluate(asked, bar)


class _Lazy:
    """An encoder that is loaded when something must be embedded, and not before."""

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name
        self._loading = threading.Lock()
        self.loaded: Encoder | None = None

    def __call__(self) -> Encoder:
        with self._loading:
            if self.loaded is None:
                self.loaded = _load(self._name())
            return self.loaded


def _has_screen() -> bool:
    """Whether a browser would open a window, rather than take the terminal over."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def _load(model: str | None, fetch: bool = False) -> Encoder:
    """Loads a model; ``fetch`` only where the user named it on this command line."""
    from qa import encoders

    return encoders.load(model or encoders.DEFAULT_MODEL, fetch=fetch)


def _answerer(folder: Path, risk: float | None) -> Answerer:
    from qa.answer.answerer import Answerer
    from qa.index import Index
    from qa.notes import on_calibration

    index = Index(folder)
    if note := on_calibration(index):
        _say(note)
    return Answerer(index, _load(index.model), risk)


def _say_unread(questions: Iterable[str], answerer: Answerer) -> None:
    from collections import Counter

    from qa.notes import on_questions

    unread = Counter(language for question in questions if (language := answerer.unread(question)))
    for note in on_questions(unread, answerer.model):
        _say(note)


def _print_report(report: Report, dry_run: bool) -> None:
    for verb, names in (("added", report.added), ("changed", report.changed), ("removed", report.removed)):
        for name in names[:LISTED]:
            _print(f"{verb}\t{name}")
        if len(names) > LISTED:
            _print(f"{verb}\t... and {len(names) - LISTED:,} more (all are in --report FILE)")
    for failure in report.failed:
        _print(f"failed\t{failure.name}: {failure.reason}")
    for warning in report.warnings[:LISTED]:
        _say(f"{warning.name}: {warning.reason}")
    if len(report.warnings) > LISTED:
        _say(f"... and {len(report.warnings) - LISTED:,} more warnings (all are in --report FILE)")
    counts = (
        f"{len(report.added):,} added, {len(report.changed):,} changed, {len(report.unchanged):,} unchanged, "
        f"{len(report.removed):,} removed, {len(report.failed):,} failed"
    )
    _print(f"Would be: {counts}" if dry_run else counts)


def _write_report(path: Path, report: Report) -> None:
    try:
        path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The report could not be written to {path} ({error.strerror}); "
            "the index is up to date all the same."
        ) from error


@contextmanager
def _bar(total: int, unit: str) -> Iterator[Callable[[int], None]]:
    from tqdm import tqdm

    # Its watching thread would be in the way of a clean Ctrl-C.
    tqdm.monitor_interval = 0
    with tqdm(total=total, unit=unit, disable=None, leave=False) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        yield show


def _print(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


# -- the words of the command line ------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qa", description="Answers out of your own documents, in the documents' own words."
    )
    parser.add_argument("--version", action="version", version=f"qa {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str, more: str = "") -> Any:
        made = commands.add_parser(
            name, help=help, description=f"{help[0].upper()}{help[1:]}. {more}".strip()
        )
        made.set_defaults(run=run)
        made.add_argument(
            "--index",
            type=Path,
            default=Path(os.environ.get("QA_INDEX") or "index"),
            metavar="DIR",
            help="the folder of the index (default: $QA_INDEX, else index)",
        )
        return made

    index = command(
        "index",
        _index,
        "read documents into the index: what is new or changed, and nothing twice",
        "Reads .pdf .docx .pptx .xlsx .csv .odt .rtf .txt .md .html .mht .epub .eml .msg .srt .vtt, and "
        ".jsonl corpora with _id, title and text on each line.",
    )
    index.add_argument("sources", nargs="+", metavar="SOURCE", help="files, folders, or globs in quotes")
    index.add_argument(
        "--prune", action="store_true", help="forget files that are gone from the folders named"
    )
    index.add_argument("--dry-run", action="store_true", help="only say what would be done")
    index.add_argument(
        "--model", metavar="NAME", help="for a new index: a sentence-transformers model or folder"
    )
    index.add_argument(
        "--watch", action="store_true", help="keep following the files until it is stopped with Ctrl-C"
    )
    index.add_argument(
        "--report", type=Path, metavar="FILE", help="also write what was done, and what failed, as JSON"
    )
    secret = index.add_mutually_exclusive_group()
    secret.add_argument(
        "--password",
        metavar="WORD",
        help="opens encrypted PDF files; other users of this machine can see it in the list of processes",
    )
    secret.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="opens them with the first line of FILE, or asks where FILE is - (default: $QA_PASSWORD)",
    )
    index.add_argument("--ocr", action="store_true", help="read scanned pages with tesseract, if installed")

    _one_question(command("ask", _ask, "answer one question in the documents' own words"))

    batch = command(
        "batch",
        _batch,
        "answer a file of questions",
        "Reads .txt .csv .tsv .jsonl .json .xlsx with a column question, and optionally id and documents; "
        "other columns are carried through.",
    )
    batch.add_argument("questions", type=Path, metavar="QUESTIONS")
    batch.add_argument(
        "--output", type=Path, metavar="FILE", help="where to write (default: JSON lines to stdout)"
    )
    _quotes(batch, ("jsonl", "json", "csv", "tsv", "xlsx", "md", "markdown", "html"), None)

    listing = command("list", _list, "list the documents in the index")
    listing.add_argument("--format", choices=("text", "json", "jsonl"), default="text")

    show = command("show", _show, "print a document's text, or a stretch of it")
    show.add_argument("document", metavar="DOC[:START-END]", help="a document's id, and code points from 0")
    show.add_argument(
        "--left-out",
        action="store_true",
        help="print the words of the file that its text leaves out, each with the reason",
    )

    remove = command("remove", _remove, "forget documents, with every trace of them in the index")
    remove.add_argument("documents", nargs="+", metavar="DOC")

    doctor = command(
        "doctor",
        _doctor,
        "check the whole index: the file, every offset, every vector, the search files",
        "Writes nothing unless it is asked to repair; exit code 1 if a fault is left.",
    )
    doctor.add_argument(
        "--repair", action="store_true", help="make again what is damaged, from the documents' own text"
    )

    verify = command(
        "verify", _verify, "check every citation of an answers file against the index and the original files"
    )
    verify.add_argument("answers", type=Path, metavar="ANSWERS")
    verify.add_argument("--text-only", action="store_true", help="do not look at the original files")

    _measuring(command)

    serve = command("serve", _serve, "open the page in a browser")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine alone)"
    )
    serve.add_argument("--port", type=int, default=7860, help="port to listen on (default: 7860)")
    _risk(serve)
    serve.add_argument(
        "--open",
        action=argparse.BooleanOptionalAction,
        help="open a browser (default: where there is a screen)",
    )
    serve.add_argument("--auth", type=Path, metavar="FILE", help="ask for a login; FILE has name:hash lines")
    serve.add_argument("--new-login", metavar="NAME", help="only make a line for that file, and print it")
    serve.add_argument("--read-only", action="store_true", help="let nobody add or remove documents")
    serve.add_argument(
        "--max-upload", type=_positive, default=500, metavar="MB", help="largest file to take (default: 500)"
    )
    serve.add_argument(
        "--rate",
        type=_positive,
        default=0,
        metavar="N",
        help="requests a minute of one client (default: any)",
    )
    serve.add_argument(
        "--root-path", metavar="URL", help="where a reverse proxy shows the page, such as https://a.org/docs"
    )
    serve.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="believe this proxy (such as 127.0.0.1 or 10.0.0.0/8) whom it names as its client",
    )
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="also answer under this name or address (default: this machine's own)",
    )
    serve.add_argument("--mcp", action="store_true", help="also offer ask, search, show, list as MCP tools")
    return parser


def _one_question(parser: Any) -> None:
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="a question asked before, for one that leans on it; may be given several times, oldest first",
    )
    parser.add_argument(
        "--why", action="store_true", help="say what the score of each quote is made of (text and json)"
    )
    _quotes(parser, ("text", "json", "jsonl", "markdown", "md"))


def _measuring(command: Callable[..., Any]) -> None:
    evaluation = command(
        "eval",
        _eval,
        "measure the answers on questions with gold answers",
        "Columns: question, and answers (texts that a right quote holds), relevant or answerable; "
        "optional doc_id and documents.",
    )
    evaluation.add_argument("questions", type=Path, metavar="QUESTIONS")
    evaluation.add_argument("--format", choices=("text", "json"), default="text")
    _risk(evaluation)
    calibration = command(
        "calibrate",
        _calibrate,
        "fit the confidence to this index, on questions with gold answers",
        "For an index whose model is not the default, or documents unlike others. Columns as for eval; at "
        "least 30 questions, some of which the documents do not answer.",
    )
    calibration.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS")
    calibration.add_argument("--reset", action="store_true", help="forget what was fitted")


def _quotes(parser: Any, formats: Sequence[str], default: str | None = "text") -> None:
    parser.add_argument(
        "-k",
        type=_positive,
        metavar="N",
        help="quotes at most (default: 3; of words in quotation marks that are looked up, all)",
    )
    parser.add_argument(
        "--documents",
        action="append",
        default=[],
        metavar="GLOB",
        help="ask only documents with such an id; may be given several times",
    )
    parser.add_argument("--format", choices=formats, default=default)
    _risk(parser)


def _risk(parser: Any) -> None:
    parser.add_argument(
        "--risk",
        type=float,
        metavar="RATE",
        help="answer only so far that about this share of answers is wrong, such as 0.05 "
        "(default: answer where an answer is more likely than not)",
    )


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return number
