"""Imports go one way, and a command loads only what it needs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import qa

PACKAGE = Path(__file__).parents[1] / "src" / "qa"

# Each package or module with those that it may import; it may always import itself.
_ENGINE = {"types", "errors", "messages"}
_ANSWERS = {*_ENGINE, "record"}
_TEXT = {*_ENGINE, "lang", "text"}
_SEARCH = {*_TEXT, "places", "record", "encoders", "rerankers", "index", "search"}
ALLOWED = {
    "lazy": set(),
    "turns": set(),
    "messages": set(),
    "places": set(),
    "types": {"messages"},
    "errors": {"messages"},
    "arguments": {"errors", "messages"},
    "output_files": {"errors", "messages"},
    "settings": {"errors", "messages"},
    "record": {"types", "messages"},
    "lang": {"lazy"},
    "text": {*_ENGINE, "lang"},
    "parsers": _TEXT,
    "cluster": {"errors", "messages"},
    "encoders": {*_ENGINE, "settings", "lazy", "turns", "cluster"},
    "rerankers": {*_TEXT, "lazy", "encoders"},
    "index": {*_TEXT, "places", "turns", "parsers", "encoders", "cluster"},
    "search": {*_TEXT, "record", "encoders", "rerankers", "index"},
    "answer": _SEARCH,
    "render": _ANSWERS,
    "batch": {*_ANSWERS, "arguments", "output_files", "lang", "render", "parsers"},
    "mentions": {*_SEARCH, "output_files", "answer", "render", "batch"},
    "table": {*_ANSWERS, "output_files", "lang", "render", "batch"},
    "check": {*_SEARCH, "arguments", "output_files", "parsers", "answer", "render", "batch"},
    "evaluate": {*_ANSWERS, "arguments", "render", "batch", "check"},
    "notes": {*_TEXT, "encoders", "index", "answer"},
    "opening": {*_ENGINE, "arguments", "lazy", "places", "encoders", "index"},
    "documents": {*_ANSWERS, "arguments", "lazy", "encoders", "index", "answer", "opening", "cluster"},
}
ALLOWED["highlights"] = {*_ANSWERS, "parsers", "output_files"}
ALLOWED["asking"] = {*ALLOWED} - {"render", "check", "evaluate", "notes"}
ALLOWED["searching"] = {*ALLOWED["asking"], "asking"}
ALLOWED["library"] = {*ALLOWED} - {"render"}
ALLOWED["__init__"] = {*ALLOWED}
"""It exports names from all of them, and imports none before it is used."""
PUBLIC = {"public", "types", "errors", "messages", "record", "render", "batch", "table"}
"""What a face may import: exported names of ``qa``, values, sentences, rendering, question files, tables."""
FACES = {
    "programs": PUBLIC,
    "web": {*PUBLIC, "programs"},
    "cli": {*PUBLIC, "places", "settings", "output_files", "web", "check", "mentions", "programs"},
    "__main__": {"cli"},
}
"""Nothing may import these."""
EXCEPTIONS = {
    "qa.cli.evaluate": {"evaluate"},  # limits on figures, TREC files
    "qa.cli.output": {"rerankers"},  # the name of the default reranker
    "qa.programs.calls": {"search"},  # decides what is a glob
    "qa.programs.inputs": {"search"},
    "qa.web.comparison": {"check"},  # the words that differ
    "qa.web.collecting": {"mentions"},  # writes a list of places
    "qa.web.drafts": {"check"},  # reads a draft, and writes its report
    "qa.web.drawing": {"parsers"},  # draws PDF pages in the same limited process, with the same parser
    "qa.web.examples": {"lang"},  # stop words
    "qa.web.page": {"parsers"},  # lists the file types that can be added
    "qa.web.page_images": {"parsers"},  # checks whether a document was attached to a mail
    "qa.web.titles": {"text"},  # which titles are those of contracts
    "qa.web.source": {"text"},  # line numbers
    "qa.web.suggestions": {"lang", "text"},  # splits a question into words and detects its language
    "qa.web.why": {"search"},  # names the parts of a score
}
"""Internal modules that a face imports as an exception."""


def part(module: str) -> str:
    """Return the part of the package that a module belongs to: ``index`` for ``qa.index.stores.sqlite``.

    A name that ``qa`` itself exports belongs to ``public``; its version is everyone's.
    """
    if module in ("qa", "qa.__version__"):
        return "__init__"
    name = module.split(".")[1]
    return "public" if module == f"qa.{name}" and name in qa.__all__ else name


def modules() -> dict[str, Path]:
    paths = {}
    for path in PACKAGE.rglob("*.py"):
        names = path.relative_to(PACKAGE.parent).with_suffix("").parts
        paths[".".join(names[:-1] if names[-1] == "__init__" else names)] = path
    return paths


def imports(path: Path) -> set[str]:
    """Return every module of the package that is imported, including lazy imports and imports for type
    checking."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute, so that they can be read"
            # ``from qa import x`` may import a module, and so may ``from qa.index import store``.
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in names if name == "qa" or name.startswith("qa.")}


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_imports_nothing_on_its_right(module: str) -> None:
    mine = part(module)
    assert mine in ALLOWED or mine in FACES, f"{module} is new: add it to this test"
    allowed = {mine, "__init__", *ALLOWED.get(mine, ()), *FACES.get(mine, ()), *EXCEPTIONS.get(module, ())}
    for name in imports(modules()[module]):
        assert part(name) in allowed, f"{module} imports {name}"


def test_every_exception_is_needed() -> None:
    for module, allowed in EXCEPTIONS.items():
        assert allowed <= {part(name) for name in imports(modules()[module])}, module


def test_the_program_does_not_import_the_page_that_starts_it() -> None:
    names = {name for path in PACKAGE.rglob("*.py") for name in imports(path)}
    assert {"qa.index", "qa.types"} & {name.rpartition(".")[0] for name in names}
    assert not any(part(name) == "app" for name in names)


def test_the_directions_have_no_cycle() -> None:
    seen: set[str] = set()
    for name, allowed in ALLOWED.items():
        assert allowed <= seen | {name}, f"{name} is listed before what it imports"
        seen.add(name)


HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "huggingface_hub",
    "pandas",
    "scipy",
    "sklearn",
    "gradio",
    "openvino",
    "openvino_telemetry",
    "faiss",
    "tantivy",
    "numpy",
    "pydantic",
}
SEARCH = {"openvino", "faiss", "tantivy", "numpy", "pydantic"}
"""Modules that a question needs."""
RUN = """
import sys
from qa.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
raise SystemExit(code)
"""


def run(arguments: list[str], folder: Path, code: int = 0) -> tuple[str, set[str]]:
    """Return the output of a command, and the heavy packages that it loads."""
    where = [] if arguments[0].startswith("-") else ["--index", str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, *where],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "qa" in loaded
    return done.stdout, loaded & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"]])
def test_help_loads_nothing(source_folder: Path, arguments: list[str]) -> None:
    printed, loaded = run(arguments, source_folder)
    assert "qa" in printed
    assert loaded == set()


def test_listing_and_showing_load_no_model_and_search_nothing(source_folder: Path) -> None:
    printed, loaded = run(["list"], source_folder)
    assert "source.txt" in printed
    assert loaded == set()
    printed, loaded = run(["show", "source.txt:0-11"], source_folder)
    assert printed == "The Chinese\n"
    assert loaded == set()


def test_an_empty_question_is_refused_before_a_model_is_loaded(source_folder: Path) -> None:
    _, loaded = run(["ask", ""], source_folder, code=2)
    assert loaded <= {"pydantic"}


@pytest.mark.usefixtures("reader")
def test_a_question_does_not_load_torch(source_folder: Path, tmp_path: Path) -> None:
    question = "Who is paying close attention to the happenings in Ukraine?"
    printed, loaded = run(["ask", question], source_folder)
    assert "[source.txt:" in printed
    assert loaded <= SEARCH
    (tmp_path / "questions.txt").write_text(f"{question}\n")
    answers = tmp_path / "answers.jsonl"
    _, loaded = run(["batch", str(tmp_path / "questions.txt"), "--output", str(answers)], source_folder)
    assert loaded <= SEARCH
    # Checking citations needs the record model, and no search modules.
    _, loaded = run(["verify", str(answers)], source_folder)
    assert loaded <= {"pydantic"}


def test_indexing_does_not_load_torch(source_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("An apple is red. A candle is not.")
    _, loaded = run(["index", str(tmp_path / "a.txt")], tmp_path / "index")
    assert loaded <= SEARCH - {"pydantic"}
