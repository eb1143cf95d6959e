"""Find verbatim answers in your own documents.

import qa
with qa.open("index") as library:
    library.add("contracts/", on_progress=print)
    answer = library.ask("Which law governs the supply agreement?")
    answer.quotes[0].text, answer.quotes[0].citation.page
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.answer.resize import Resized
    from qa.check.diff import Change, Difference, diff
    from qa.check.record import DraftCheck, Quotation
    from qa.check.verify import Checked, Finding
    from qa.encoders import Encoder
    from qa.errors import ModelError, QaError, QuestionError, ReadError, StoreError, UsageError
    from qa.evaluate import CalibrationResult, Figures, Judged
    from qa.evaluate.comparison import Comparison, Contrast, compare
    from qa.evaluate.earlier import judge
    from qa.evaluate.evaluation import Evaluation
    from qa.highlights import Highlighted
    from qa.index import DocumentInfo, Failure
    from qa.index.doctor import Fault
    from qa.index.report import Progress, Report
    from qa.library import Library, open
    from qa.mentions.record import Mention, Mentions
    from qa.messages import Message
    from qa.record import Answer, Citation, Part, Quote
    from qa.render.styles import cited
    from qa.table import Table, TableCell
    from qa.types import Document, Omission, QuestionProgress

__version__ = "0.2.0"

__all__ = [
    "Answer",
    "CalibrationResult",
    "Change",
    "Checked",
    "Citation",
    "Comparison",
    "Contrast",
    "Difference",
    "Document",
    "DocumentInfo",
    "DraftCheck",
    "Encoder",
    "Evaluation",
    "Failure",
    "Fault",
    "Figures",
    "Finding",
    "Highlighted",
    "Judged",
    "Library",
    "Mention",
    "Mentions",
    "Message",
    "ModelError",
    "Omission",
    "Part",
    "Progress",
    "QaError",
    "QuestionError",
    "QuestionProgress",
    "Quotation",
    "Quote",
    "ReadError",
    "Report",
    "Resized",
    "StoreError",
    "Table",
    "TableCell",
    "UsageError",
    "__version__",
    "cited",
    "compare",
    "diff",
    "judge",
    "open",
]

# The module of each public name, imported at its first use: `import qa` loads no library.
_MODULES = {
    "qa.answer.resize": ("Resized",),
    "qa.check.diff": ("Change", "Difference", "diff"),
    "qa.check.record": ("DraftCheck", "Quotation"),
    "qa.check.verify": ("Checked", "Finding"),
    "qa.encoders": ("Encoder",),
    "qa.errors": ("ModelError", "QaError", "QuestionError", "ReadError", "StoreError", "UsageError"),
    "qa.evaluate": ("CalibrationResult", "Figures", "Judged"),
    "qa.evaluate.comparison": ("Comparison", "Contrast", "compare"),
    "qa.evaluate.earlier": ("judge",),
    "qa.evaluate.evaluation": ("Evaluation",),
    "qa.highlights": ("Highlighted",),
    "qa.index": ("DocumentInfo", "Failure"),
    "qa.index.doctor": ("Fault",),
    "qa.index.report": ("Progress", "Report"),
    "qa.library": ("Library", "open"),
    "qa.mentions.record": ("Mention", "Mentions"),
    "qa.messages": ("Message",),
    "qa.record": ("Answer", "Citation", "Part", "Quote"),
    "qa.render.styles": ("cited",),
    "qa.table": ("Table", "TableCell"),
    "qa.types": ("Document", "Omission", "QuestionProgress"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
