"""Builds the documentation site in build/site: python docs/build_site.py

The README is the first page, and ``docs/`` has the others. Linked files of the repository, such as results of
benchmarks, become part of the site, at the same place as in the repository.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import qa
from qa.cli.main import parser
from qa.messages import catalogue

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "build" / "docs"
SITE = ROOT / "build" / "site"
SCHEMA = ROOT / "src" / "qa" / "answer.schema.json"
NAVIGATION = ROOT / "mkdocs.yml"
REMOTE = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
"""Elements that a browser would load from the network; the site must work without it."""
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)")


def place(file: Path) -> Path:
    """Return the place of a file of the repository in the site."""
    name = file.relative_to(ROOT)
    if name == Path("README.md"):
        return Path("index.md")
    return name.relative_to("docs") if name.parts[0] == "docs" else name


def lay_out(first: list[Path]) -> int:
    """Copy files with all files that they link to; return their number."""
    todo, seen = list(first), set(first)
    while todo:
        file = todo.pop()
        target = PAGES / place(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix != ".md":
            shutil.copy(file, target)
            continue

        def new_link(link: re.Match[str], file: Path = file) -> str:
            linked = (file.parent / link[1]).resolve()
            if not linked.is_file() or not linked.is_relative_to(ROOT):
                raise SystemExit(f"{file.relative_to(ROOT)} links to {link[1]}, which is no file")
            if linked not in seen:
                seen.add(linked)
                todo.append(linked)
            return Path(os.path.relpath(place(linked), place(file).parent)).as_posix()

        target.write_text(LINK.sub(new_link, file.read_text(encoding="utf-8")), encoding="utf-8")
    return len(seen)


def options() -> str:
    """Return the help of every command."""
    os.environ["COLUMNS"] = "90"
    [commands] = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    helps = ((name, command.format_help()) for name, command in commands.choices.items())
    return "".join(f"\n## qa {name}\n\n```text\n{text}```\n" for name, text in helps)


def record() -> str:
    """Return the keys of the answer record from its JSON schema."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    lines = []
    for name, definition in {"Answer": schema, **schema["$defs"]}.items():
        description = definition.get("description", "")
        lines += ["", f"## {name}", "", description, "", "| Key | Type | |", "|---|---|---|"]
        for key, value in definition["properties"].items():
            optional = "" if key in definition["required"] else "may be absent; "
            text = f"{optional}{value.get('description', '')}".removesuffix("; ")
            lines.append(f"| `{key}` | {json_type(value)} | {text} |")
    return "\n".join(lines) + "\n"


def codes() -> str:
    """Return the code and the English sentence of every message."""
    lines = ["", "| Code | Sentence |", "|---|---|"]
    for code, template in catalogue("en").items():
        form = template["other"] if isinstance(template, dict) else template
        text = "; ".join(form) + "." if isinstance(form, list) else form
        if "@" not in code:
            text = html.escape(text.replace("{{", "{").replace("}}", "}")).replace("|", "&#124;")
            lines.append(f"| `{code}` | {text} |")
    return "\n".join(lines) + "\n"


def json_type(value: dict[str, Any]) -> str:
    """Return the type of a JSON schema in words: ``array of Quote``, ``string or null``."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(map(json_type, value["anyOf"]))
    if "enum" in value:
        return " or ".join(f"`{option}`" for option in value["enum"])
    return f"array of {json_type(value['items'])}" if "items" in value else str(value["type"])


def check_complete(pages: list[Path]) -> None:
    """Check that the navigation has every page, and the Python reference every public name."""
    navigation = NAVIGATION.read_text(encoding="utf-8")
    if left_out := [str(place(page)) for page in pages if f": {place(page).as_posix()}\n" not in navigation]:
        raise SystemExit(f"not in the navigation of {NAVIGATION.name}: {', '.join(left_out)}")
    reference = (PAGES / "reference" / "python.md").read_text(encoding="utf-8")
    if left_out := [name for name in qa.__all__ if f"::: qa.{name}\n" not in reference and name[0] != "_"]:
        raise SystemExit(f"not in the Python reference: {', '.join(left_out)}")


def check_offline() -> None:
    """Check that no page of the site loads anything from the network."""
    for page in SITE.rglob("*.html"):
        if remote := REMOTE.search(page.read_text(encoding="utf-8")):
            raise SystemExit(f"{page.relative_to(SITE)} loads from the network: {remote[0]}")


def main() -> int:
    """Build the site; return the exit code."""
    shutil.rmtree(PAGES, ignore_errors=True)
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    files = lay_out(pages)
    check_complete(pages)
    for name, text in (("options.md", options()), ("record.md", record()), ("codes.md", codes())):
        with (PAGES / "reference" / name).open("a", encoding="utf-8") as page:
            page.write(text)
    sys.stdout.write(f"{files} files laid out in {PAGES.relative_to(ROOT)}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
        return code
    check_offline()
    return 0


if __name__ == "__main__":
    sys.exit(main())
