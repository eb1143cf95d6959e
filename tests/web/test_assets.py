from __future__ import annotations

import re
from dataclasses import replace
from graphlib import CycleError
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from qa.web import assets
from qa.web.assets import load
from qa.web.bundle import bundle
from qa.web.routes import routes


def test_modules_are_joined_in_the_order_of_their_imports() -> None:
    code = bundle(
        {
            "main": 'import "./clicks.js";\nimport { a, b as c } from "./two-words.js";\n'
            "export function start() {}\n",
            "clicks": 'import {\n  a,\n} from "./two-words.js";\n',
            "two-words": "export const a = 1;\nexport async function b() {}\nexport class $C {}\nlet d;\n",
            "unused": "export const x = 1;\n",
        },
        "main",
    )
    assert code == (
        "const module_two_words = (() => {\nconst a = 1;\nasync function b() {}\nclass $C {}\nlet d;\n"
        "return { a, b, $C };\n})();\n"
        "const module_clicks = (() => {\nconst { a } = module_two_words;\nreturn {  };\n})();\n"
        "const module_main = (() => {\n\nconst { a, b: c } = module_two_words;\nfunction start() {}\n"
        "return { start };\n})();\nexport const { start } = module_main;\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "export let a = 1;", "export default 1;", 'export * from "./a.js";', "export { a };",
        'import a from "./a.js";', 'import * as a from "./a.js";', 'import { a } from "/a.js";',
    ],
)  # fmt: skip
def test_an_unsupported_form_of_import_or_export_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"main.js: the bundle does not understand: {line}")):
        bundle({"main": f"{line}\n", "a": ""}, "main")


def test_circular_imports_are_an_error() -> None:
    with pytest.raises(CycleError):
        bundle({"main": 'import "./a.js";\n', "a": 'import "./b.js";\n', "b": 'import "./a.js";\n'}, "main")
    with pytest.raises(KeyError):
        bundle({"main": 'import "./a.js";\n'}, "main")


def test_scripts_are_sent_only_under_the_hash_of_their_content() -> None:
    parts = load()
    client = TestClient(FastAPI(routes=parts.router().routes))
    assert re.findall(r'<link rel="modulepreload" href="(.+?)">', parts.head) == [parts.address]
    answer = client.get(parts.address)
    assert answer.content == parts.scripts
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert client.head(parts.address).headers["content-length"] == str(len(parts.scripts))
    assert client.get("/page/0123456789abcdef.js").status_code == 404
    assert replace(parts, scripts=b"x").address != parts.address


def test_scripts_are_loaded_under_the_prefix_of_a_proxy() -> None:
    parts = load("/docs")
    assert parts.address == f"/docs/page/{parts.version}.js"
    assert f'href="{parts.address}"' in parts.head
    assert f'import("{parts.address}")' in parts.starter


def test_every_script_and_style_is_used() -> None:
    parts = load()
    code = parts.scripts.decode()
    for file in (Path(assets.__file__).parent / "static").iterdir():
        if file.suffix == ".js":
            assert f"const module_{file.stem.replace('-', '_')} = " in code, f"{file.name} is never imported"
        else:
            assert file.read_text(encoding="utf-8") in parts.styles


def test_typefaces_come_from_the_package_under_the_hash_of_their_content() -> None:
    parts = load("/docs")
    client = TestClient(FastAPI(routes=load().router().routes))
    addresses = re.findall(r'src:url\("/docs(/page/fonts/[^"]+)"\)', parts.head)
    assert len(addresses) == 6
    for address in addresses:
        answer = client.get(address)
        assert answer.content.startswith(b"wOF2")
        assert answer.headers["content-type"] == "font/woff2"
        assert "immutable" in answer.headers["cache-control"]
        assert routes(address)
    assert client.get("/page/fonts/source-sans-3-latin-normal-0123456789abcdef.woff2").status_code == 404
    # Only what every page shows is loaded early: the upright Latin letters of both.
    early = re.findall(r'<link rel="preload" href="/docs([^"]+)" as="font"', parts.head)
    assert len(early) == 2
    assert set(early) <= set(addresses)
    assert sum(len(client.get(address).content) for address in early) < 100_000


def test_the_licence_of_each_typeface_is_in_the_package() -> None:
    folder = Path(assets.__file__).parent / "fonts"
    for stem in {path.name.split("-latin")[0] for path in folder.glob("*.woff2")}:
        assert "SIL OPEN FONT LICENSE" in (folder / f"{stem}-OFL.txt").read_text().upper()
