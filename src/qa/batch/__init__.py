"""Answer many questions: question files in, answers out, and the loop between them.

Questions and answers are streamed and never all in memory, except for a ``.json`` file, which can only be
read whole. `qa.batch.fill`, which fills questionnaires, is not imported here, because openpyxl loads slowly.
"""

from __future__ import annotations

from qa.batch.journal import Fingerprint, Journal, file_hash, run_to_file
from qa.batch.outputs import FORMATS, Output, open_output
from qa.batch.questions import Questions, questions_of, read_questions, rows_of
from qa.batch.reuse import EarlierAnswers
from qa.batch.rows import Cell, Row, json_row
from qa.batch.run import Counts, answer_of, run, run_many
from qa.batch.tables import unguarded
from qa.batch.together import TOGETHER, answered

__all__ = [
    "FORMATS",
    "TOGETHER",
    "Cell",
    "Counts",
    "EarlierAnswers",
    "Fingerprint",
    "Journal",
    "Output",
    "Questions",
    "Row",
    "answer_of",
    "answered",
    "file_hash",
    "json_row",
    "open_output",
    "questions_of",
    "read_questions",
    "rows_of",
    "run",
    "run_many",
    "run_to_file",
    "unguarded",
]
