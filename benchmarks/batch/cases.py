"""80 awkward question files, each with what must be read from it or the sentence that refuses it."""

from __future__ import annotations

import codecs
import datetime
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Q1, Q2 = "How many tonnes does the crane lift?", "Who pays for the harbour?"
GERMAN = "Wie viele Tonnen hebt der Kran für Güter über der Mole?"
FRENCH = "Où est la grue, et à qui est-elle louée à l'été?"
RUSSIAN = "Сколько тонн поднимает портовый кран, и кто за него отвечает в ночное время?"
JAPANESE = "クレーンは何トンまで持ち上げることができますか。港の責任者は誰ですか。"
CHINESE = "起重机能吊起多少吨货物？港口由谁负责管理？"

Read = tuple[str, str]
"""The id and the question of a row, or the id and a part of its error after "!"."""


@dataclass(frozen=True)
class Case:
    """One file.

    Attributes:
        name: Its name.
        content: Its bytes.
        rows: The ids with the questions; a question that begins with "!" is a part of the row's error.
        refused: A part of the sentence that refuses the whole file.
        options: Options of `qa.batch.read_questions`.
        more: Expected attributes of the first row.
    """

    name: str
    content: bytes
    rows: tuple[Read, ...] = ()
    refused: str = ""
    options: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


ONE, TWO = (("1", Q1),), (("1", Q1), ("2", Q2))
TABLE = f"id,question\n1,{Q1}\n2,{Q2}\n"


def csv(name: str, text: str, rows: tuple[Read, ...] = (), refused: str = "", **more: Any) -> Case:
    return Case(f"{name}.csv", text.encode(), rows, refused, **more)


def encoded(name: str, question: str, encoding: str, mark: bytes = b"") -> Case:
    return Case(f"{name}.csv", mark + f"id;question\n1;{question}\n".encode(encoding), (("1", question),))


def book(
    fill: Callable[[Workbook], None], name: str, rows: tuple[Read, ...] = (), refused: str = "", **more: Any
) -> Case:
    workbook = Workbook()
    fill(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return Case(f"{name}.xlsx", out.getvalue(), rows, refused, **more)


def sheet(*rows: list[Any]) -> Callable[[Workbook], None]:
    def fill(workbook: Workbook) -> None:
        for row in rows:
            workbook.active.append(row)

    return fill


def encodings() -> list[Case]:
    return [
        csv("utf8", TABLE, TWO),
        Case("utf8_bom.csv", codecs.BOM_UTF8 + TABLE.encode(), TWO),
        Case("utf8_two_boms.txt", codecs.BOM_UTF8 + f"{Q1}\n{Q2}\n".encode(), TWO),
        encoded("utf16_le", GERMAN, "utf-16-le", codecs.BOM_UTF16_LE),
        encoded("utf16_be", GERMAN, "utf-16-be", codecs.BOM_UTF16_BE),
        encoded("utf16_le_unmarked", GERMAN, "utf-16-le"),
        encoded("utf16_be_unmarked", GERMAN, "utf-16-be"),
        encoded("utf32", GERMAN, "utf-32"),
        encoded("cp1252_german", GERMAN, "cp1252"),
        encoded("cp1252_french", FRENCH, "cp1252"),
        encoded("cp1251_russian", RUSSIAN, "cp1251"),
        encoded("shift_jis", JAPANESE, "shift_jis"),
        encoded("gb18030", CHINESE, "gb18030"),
        Case("binary.txt", bytes(range(256)) * 8, refused="cannot be read as text"),
        Case("empty.csv", b"", refused="is empty"),
        Case("only_bom.csv", codecs.BOM_UTF8, refused="is empty"),
    ]


def delimiters() -> list[Case]:
    return [
        csv("semicolon", f"id;question\n1;{Q1}\n2;Who, and why?\n", (("1", Q1), ("2", "Who, and why?"))),
        csv("tab", f"id\tquestion\n1\t{Q1}\n2\t{Q2}\n", TWO),
        csv("pipe", f"id|question\n1|{Q1}\n2|{Q2}\n", TWO),
        csv("sep_line", f"sep=;\nid;question\n1;{Q1}\n", ONE),
        Case(
            "commas.tsv",
            b"id\tquestion\n1\tWho pays, and why, and when?\n",
            (("1", "Who pays, and why, and when?"),),
        ),
        csv(
            "one_column",
            "question\nWho pays, the seller or the buyer?\n",
            (("1", "Who pays, the seller or the buyer?"),),
        ),
        csv("colon", "id:question\n1:Who?\n", refused="no column named question"),
        csv(
            "question_split",
            "id;question;owner\n1;Who; and why?;Ann\n2;Where?;Bob\n",
            (("1", "!line 2: the row has more cells"), ("2", "Where?")),
        ),
        csv(
            "question_split_into_documents",
            "id;question;documents\n1;How?;a/*\n2;Who; and why?\n",
            (("1", "How?"), ("2", "!line 3: the question seems to continue in the next cell")),
        ),
        csv(
            "question_split_into_other_column",
            "id,question,owner\n1,Who pays, and when?\n2,Where?,Bob\n",
            (("1", "!line 2: the question seems to continue"), ("2", "Where?")),
        ),
    ]


def quotes() -> list[Case]:
    return [
        csv(
            "newline_in_cell",
            f'id,question\n1,"How many\ntonnes?"\n2,\n3,{Q2}\n',
            (("1", "How many\ntonnes?"), ("2", "!line 4: the row has no question"), ("3", Q2)),
        ),
        csv("crlf_in_cell", 'id,question\r\n1,"How many\r\ntonnes?"\r\n', (("1", "How many\r\ntonnes?"),)),
        csv("doubled", 'id,question\n1,"What is ""x"" here?"\n', (("1", 'What is "x" here?'),)),
        csv("inch", 'id,question\n1,What is a 5" pipe?\n', (("1", 'What is a 5" pipe?'),)),
        csv("unclosed", f'id,question\n1,"unclosed\n2,{Q2}\n', refused="malformed near line 3"),
        csv("backslash", 'id,question\n1,"What is \\"x\\" here?"\n', refused="malformed near line 2"),
        csv("curly", "id,question\n1,„How many“ tonnes?\n", (("1", "„How many“ tonnes?"),)),
        csv("quoted_header", f'"id";"question"\n"1";"{Q1}"\n', ONE),
        csv("apostrophes", "id,question\n1,'Who pays?'\n", (("1", "'Who pays?'"),)),
    ]


def shapes() -> list[Case]:
    return [
        csv(
            "short_rows",
            f"id,question,owner\n1,{Q1}\n2\n",
            (("1", Q1), ("2", "!line 3: the row has no question")),
        ),
        csv(
            "empty_rows",
            f"id,question\n1,{Q1}\n,\n\n2,{Q2}\n,\n,\n",
            (("1", Q1), ("2", "!line 3: the row is empty"), ("2", Q2)),
        ),
        csv("title_above", f"Questions to counsel;;\nas of May;;\n\nid;question;n\n1;{Q1};2\n", ONE),
        csv(
            "repeated_header",
            f"id,question\n1,{Q1}\nid,question\n2,{Q2}\n",
            (("1", Q1), ("id", "!line 3: the row repeats the header"), ("2", Q2)),
        ),
        csv("no_header", f"1,{Q1}\n2,{Q2}\n", refused="no column named question"),
        csv("no_header_but_number", f"1,{Q1}\n2,{Q2}\n", TWO, options={"column": "2"}),
        csv("other_name", f"nr,wanted\n1,{Q1}\n", refused="no column named question, only: nr, wanted"),
        csv("other_name_given", f"nr,Wanted thing\n1,{Q1}\n", ONE, options={"column": "wanted_thing"}),
        csv(
            "column_unknown",
            TABLE,
            refused="no column named prompt, only: id, question",
            options={"column": "prompt"},
        ),
        csv("two_names", "Frage,Questions\nWer?,Who?\n", refused="no column named question"),
        csv(
            "two_names_one_given",
            "Frage,Questions\nWer?,Who?\n",
            (("1", "Wer?"),),
            options={"column": "Frage"},
        ),
        csv("german_name", f"Nr;Frage\n7;{GERMAN}\n", (("1", GERMAN),)),
        csv("only_header", "id,question\n", refused="contains no question"),
        csv("control", "id,question\n1,How\x00 many\x07 tonnes?\n", (("1", "How\x00 many\x07 tonnes?"),)),
        csv(
            "huge_cell",
            "id,question\n1," + "x" * 200_000 + "\n",
            refused="a cell of more than 131072 characters near line 2",
        ),
    ]


def ids_and_limits() -> list[Case]:
    return [
        csv(
            "duplicates",
            f"id,question\n1,{Q1}\n1,{Q2}\n",
            (("1", Q1), ("1", "!line 3: its id 1 is also the id of line 2")),
        ),
        csv("zeros", f"id,question\n001,{Q1}\n01,{Q2}\n", (("001", Q1), ("01", Q2))),
        csv("missing_ids", f"id,question\n,{Q1}\nx,{Q2}\n", (("1", Q1), ("x", Q2))),
        csv("own_k", f"id,question,k\n1,{Q1},5\n2,{Q2},\n", TWO, more={"k": 5}),
        csv(
            "bad_k",
            f"id,question,k\n1,{Q1},many\n2,{Q2},0\n",
            (("1", '!line 2: its "k" must be'), ("2", '!line 3: its "k" must be')),
        ),
        csv(
            "own_documents",
            f"id,question,documents\n1,{Q1},a.txt; b/*.txt\n",
            ONE,
            more={"documents": ("a.txt", "b/*.txt")},
        ),
    ]


def jsons() -> list[Case]:
    def case(name: str, text: str, rows: tuple[Read, ...] = (), refused: str = "", **more: Any) -> Case:
        return Case(name, text.encode(), rows, refused, **more)

    return [
        case("strings.json", json.dumps([Q1, Q2]), TWO),
        case(
            "objects.json", json.dumps([{"question": Q1, "id": 7}, {"question": Q2}]), (("7", Q1), ("2", Q2))
        ),
        case("under_a_key.json", json.dumps({"questions": [Q1]}, indent=1), ONE),
        case("scalar.json", "5", refused="must contain a list"),
        case("empty_list.json", "[]", refused="contains no question"),
        case("broken.json", f'["{Q1}",', refused="not valid JSON"),
        case("lines.jsonl", f'{{"question": "{Q1}"}}\r\n\r\n"{Q2}"\r\n', TWO),
        case(
            "broken_line.jsonl",
            f'{{"question": "{Q1}"}}\n{{"question": "x"\n{{"question": "{Q2}"}}\n',
            (("1", Q1), ("2", "!line 2 is not valid JSON"), ("3", Q2)),
        ),
        case(
            "not_a_number.jsonl",
            f'{{"question": "{Q1}", "n": NaN}}\n"{Q2}"\n',
            (("1", "!line 1 is not valid JSON"), ("2", Q2)),
        ),
        case(
            "wrong_types.jsonl",
            '{"question": 5}\n{"question": "x", "documents": 5}\n{"question": "y", "k": true}\n',
            (
                ("1", "!line 1: it has no question"),
                ("2", '!line 2: its "documents" must be'),
                ("3", '!line 3: its "k" must be'),
            ),
        ),
        case(
            "array_in_lines.jsonl", json.dumps([{"question": Q1}], indent=1), refused="contains no question"
        ),
        case(
            "own_key.jsonl",
            f'{{"prompt": "{Q1}", "question": "no"}}\n',
            ONE,
            options={"column": "prompt"},
            more={"input": {"question": "no"}},
        ),
        case("half_pair.json", '["a\\ud800b"]', (("1", "a\ufffdb"),)),
    ]


def texts() -> list[Case]:
    return [
        Case(
            "numbered.txt", f"Questions:\n\n1. {Q1}\n- {Q2}\n".encode(), (("1", f"1. {Q1}"), ("2", f"- {Q2}"))
        ),
        Case("old_mac.txt", f"{Q1}\r{Q2}\r".encode(), TWO),
        Case("blank.txt", b" \n\t\n", refused="contains no question"),
        Case("excel_unicode.txt", f"id\tquestion\r\n1\t{Q1}\r\n".encode("utf-16"), ONE),
        Case("tabs.txt", b"Who\tpays?\n", (("1", "Who\tpays?"),)),
        Case("questions.pdf", b"%PDF-1.7", refused="question files have the formats"),
    ]


def workbooks() -> list[Case]:
    def hidden_sheet(workbook: Workbook) -> None:
        sheet(["question"], ["Hidden?"])(workbook)
        workbook.active.sheet_state = "hidden"
        shown = workbook.create_sheet("Shown")
        for row in (["question"], [Q1]):
            shown.append(row)

    def hidden_rows(workbook: Workbook) -> None:
        sheet(["question"], [Q1], [Q2])(workbook)
        workbook.active.row_dimensions[3].hidden = True

    def merged(workbook: Workbook) -> None:
        sheet(["Harbour questions", None, None], ["id", "question", None], [1, Q1, None], [2, Q2])(workbook)
        workbook.active.merge_cells("A1:C1")
        workbook.active.merge_cells("B2:C2")
        workbook.active["A1"].font = Font(bold=True)

    def two_sheets(workbook: Workbook) -> None:
        sheet(["question"], ["First?"])(workbook)
        other = workbook.create_sheet("Part B")
        for row in (["question"], [Q1]):
            other.append(row)

    def mac(workbook: Workbook) -> None:
        workbook.epoch = CALENDAR_MAC_1904
        sheet(["id", "question"], [datetime.date(2024, 5, 1), Q1])(workbook)

    whole = book(sheet(["question"], [Q1]), "whole").content
    encrypted = _container("EncryptedPackage")
    return [
        book(hidden_sheet, "hidden_sheet", ONE),
        book(hidden_rows, "hidden_rows", TWO),
        book(merged, "merged", TWO),
        book(two_sheets, "second_sheet", ONE, options={"sheet": "part b"}),
        book(two_sheets, "sheet_by_number", ONE, options={"sheet": "2"}),
        book(
            two_sheets,
            "sheet_unknown",
            refused="has no sheet Part C, only: Sheet, Part B",
            options={"sheet": "Part C"},
        ),
        book(
            sheet(["id", "question"], [1, '="How many "&"tonnes?"'], [2, Q2]),
            "formula",
            (("1", "!row 2: the question is a formula without a value"), ("2", Q2)),
        ),
        book(sheet(["id", "question"], [3.0, Q1], [1.5, Q2]), "number_ids", (("3", Q1), ("1.5", Q2))),
        book(
            sheet(["id", "question"], [datetime.date(2024, 5, 1), Q1]),
            "date_ids",
            (("2024-05-01 00:00:00", Q1),),
        ),
        book(mac, "dates_since_1904", (("2024-05-01 00:00:00", Q1),)),
        book(
            sheet(["id", "question"], [1, Q1], [], [1, Q2]),
            "duplicate_ids",
            (("1", Q1), ("1", "!row 4: its id 1 is also the id of row 2")),
        ),
        book(sheet([1, Q1], [2, Q2]), "no_header", (("1", Q1), ("2", Q2)), options={"column": "2"}),
        book(sheet(), "nothing", refused="no sheet with a column named question"),
        Case("truncated.xlsx", whole[: len(whole) // 2], refused="cannot be read as an Excel workbook"),
        Case(
            "really_csv.xlsx",
            TABLE.encode(),
            refused="its content is not that of a .xlsx file; save it again",
        ),
        Case("old.xlsx", _container("Workbook"), refused="it is really an old Excel workbook (.xls)"),
        Case("encrypted.xlsx", encrypted, refused="it has a password; save it as .xlsx without a password"),
        Case("really_xlsx.csv", whole, refused="cannot be read as text"),
        Case("zip_of_nothing.xlsx", _zip({"a.txt": "x"}), refused="cannot be read as an Excel workbook"),
    ]


def _container(stream: str) -> bytes:
    """Return the beginning of an old Office container with the name of a stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + stream.encode("utf-16-le") + bytes(2_000)


def _zip(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def all_cases() -> list[Case]:
    """Return every case."""
    groups = (encodings, delimiters, quotes, shapes, ids_and_limits, jsons, texts, workbooks)
    return [case for group in groups for case in group()]
