"""The page's scripts and styles as the browser receives them.

The scripts are one file whose URL contains a hash of its content: a browser caches it and loads another one
after an upgrade. The styles are inside the page itself, because it must never appear without them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import resources

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from qa.web import labels
from qa.web.bundle import bundle
from qa.web.fonts import fonts
from qa.web.routes import FONTS_PATH, SCRIPTS_PATH

STYLES = (
    "style.css",
    "paper.css",
    "quotes.css",
    "reader.css",
    "comparison.css",
    "kept.css",
    "citing.css",
    "collect.css",
    "turns.css",
    "questions.css",
    "scope.css",
    "batch.css",
    "grid.css",
    "draft.css",
    "why.css",
    "print.css",
)
"""The style sheets in order; later rules win."""
_CACHE_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Assets:
    """The scripts and styles of a page."""

    scripts: bytes
    styles: str
    prefix: str
    """The path under which a reverse proxy shows the page."""

    @property
    def version(self) -> str:
        """Hash of the scripts."""
        return hashlib.sha256(self.scripts).hexdigest()[:16]

    @property
    def address(self) -> str:
        """Path of the scripts in the browser."""
        return f"{self.prefix}{SCRIPTS_PATH}/{self.version}.js"

    @property
    def starter(self) -> str:
        """Code that starts the scripts; Gradio runs it when the page is in place."""
        return f"import({json.dumps(self.address)}).then((page) => page.start({{ server, upload }}));"

    @property
    def head(self) -> str:
        """HTML for the head of the page."""
        folder = f"{self.prefix}{FONTS_PATH}"
        rules = "".join(font.rule(folder) for font in fonts())
        early = "".join(
            f'<link rel="preload" href="{folder}/{font.file}" as="font" type="font/woff2" crossorigin>'
            for font in fonts()
            if font.is_first
        )
        return f'{early}<style>{rules}{self.styles}</style><link rel="modulepreload" href="{self.address}">'

    def router(self) -> APIRouter:
        """Return the routes that send this version's scripts and typefaces, and 404 for any other."""
        router = APIRouter()
        current = self.version
        files = {font.file: font.content for font in fonts()}

        @router.api_route(FONTS_PATH + "/{file}", methods=["GET", "HEAD"])
        def send_font(file: str) -> Response:
            if file not in files:
                raise HTTPException(404)
            return Response(files[file], media_type="font/woff2", headers=_CACHE_FOREVER)

        @router.api_route(SCRIPTS_PATH + "/{version}.js", methods=["GET", "HEAD"])
        def send_scripts(version: str) -> Response:
            if version != current:
                raise HTTPException(404)
            return Response(self.scripts, media_type="text/javascript", headers=_CACHE_FOREVER)

        return router


def load(prefix: str = "") -> Assets:
    """Read the scripts and styles; ``prefix`` is the path under which a reverse proxy shows the page."""
    files = {file.name: file for file in resources.files("qa.web").joinpath("static").iterdir()}
    modules = {
        name.removesuffix(".js"): file.read_text(encoding="utf-8")
        for name, file in files.items()
        if name.endswith(".js")
    }
    return Assets(
        bundle({**modules, "texts": _texts()}, "main").encode(),
        "".join(files[name].read_text(encoding="utf-8") for name in STYLES),
        prefix,
    )


def _texts() -> str:
    texts = {language: labels.texts(language) for language in labels.LANGUAGES}
    parts = {"LANGUAGES": labels.LANGUAGES, "TEXTS": texts}
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in parts.items()
    )
