"""Read the claims of an answers file of any format that `qa batch` and `qa ask` write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath

from qa.check.answers import JSON, lines_of, records
from qa.check.claims import Claims, Record, record_of
from qa.errors import UsageError
from qa.record import Answer


def _markdown(path: Path) -> Claims:
    from qa.check import answer_reports

    return answer_reports.markdown(path)


def _html(path: Path) -> Claims:
    from qa.check import answer_reports

    return answer_reports.html(path)


def _word(path: Path) -> Claims:
    from qa.check import answer_reports

    return answer_reports.word(path)


def _text_table(path: Path) -> Claims:
    from qa.check import answer_tables

    return answer_tables.text_table(path)


def _workbook(path: Path) -> Claims:
    from qa.check import answer_tables

    return answer_tables.workbook(path)


# The readers are imported only when one is needed.
_READERS: Mapping[str, Callable[[Path], Claims]] = {
    ".csv": _text_table,
    ".tsv": _text_table,
    ".xlsx": _workbook,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _word,
}


def claims_of(answers: str | os.PathLike[str] | Iterable[Answer | str]) -> Claims:
    """Return the claims of answers.

    Args:
        answers: A file of answers, whose extension is that of its format; or answers, or their JSON texts.

    Raises:
        UsageError: The file cannot be read, or has no answers. Some errors are raised at the first record.
        QaError: The file is damaged.
    """
    if isinstance(answers, str | os.PathLike):
        reader = _READERS.get(PurePath(answers).suffix.lower())
        if reader is not None:
            return reader(Path(answers))
    lines = lines_of(answers)
    return Claims(_json_records(lines, answers))


def _json_records(lines: Iterator[str], answers: object) -> Iterator[Record]:
    try:
        for name, value in records(lines):
            yield record_of(name, value)
    except UsageError as error:
        if error.code != "answers-no-json" or PurePath(str(answers)).suffix.lower() in JSON:
            raise
        raise UsageError("answers-other-format", path=answers) from error
