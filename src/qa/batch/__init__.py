"""Answer many questions: question files in, answers out, and the loop between them.

Questions and answers are streamed and never all in memory, except for a ``.json`` file, which can only be
read whole.
"""

from __future__ import annotations

from qa.batch.fill import Field, Questionnaire, check_target, read_questionnaire, write_questionnaire
from qa.batch.outputs import FORMATS, Output, open_output
from qa.batch.questions import Questions, questions_of, read_questions, rows_of
from qa.batch.reuse import EarlierAnswers
from qa.batch.rows import Cell, Row
from qa.batch.run import Counts, answer_of, run
from qa.batch.tables import unguarded

__all__ = [
    "FORMATS",
    "Cell",
    "Counts",
    "EarlierAnswers",
    "Field",
    "Output",
    "Questionnaire",
    "Questions",
    "Row",
    "answer_of",
    "check_target",
    "open_output",
    "questions_of",
    "read_questionnaire",
    "read_questions",
    "rows_of",
    "run",
    "unguarded",
    "write_questionnaire",
]
