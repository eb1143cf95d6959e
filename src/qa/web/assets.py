"""The page's scripts and styles, as the browser gets them.

The scripts are one file. Its address has a hash of its content: a browser keeps it, and asks for another
after an upgrade. The styles are part of the page itself, which must not be seen without them.
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
from qa.web.routes import SCRIPTS_PATH

STYLES = ("style.css", "paper.css", "kept.css", "batch.css", "why.css")
"""In this order: later rules win."""
_FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Assets:
    """What a page loads, with its address under a prefix."""

    scripts: bytes
    styles: str
    prefix: str
    """The path under which a reverse proxy shows the page."""

    @property
    def version(self) -> str:
        """A hash of the scripts."""
        return hashlib.sha256(self.scripts).hexdigest()[:16]

    @property
    def address(self) -> str:
        """The path of the scripts in the browser."""
        return f"{self.prefix}{SCRIPTS_PATH}/{self.version}.js"

    @property
    def starter(self) -> str:
        """The code that starts the scripts, which Gradio runs once the page is in place."""
        return f"import({json.dumps(self.address)}).then((page) => page.start({{ server, upload }}));"

    @property
    def head(self) -> str:
        """What Gradio puts into the head of the page."""
        return f'<style>{self.styles}</style><link rel="modulepreload" href="{self.address}">'

    def router(self) -> APIRouter:
        """Returns the route that sends the scripts, if they are of the version that is asked for."""
        router = APIRouter()
        current = self.version

        @router.api_route(SCRIPTS_PATH + "/{version}.js", methods=["GET", "HEAD"])
        def send_scripts(version: str) -> Response:
            if version != current:
                raise HTTPException(404)
            return Response(self.scripts, media_type="text/javascript", headers=_FOR_GOOD)

        return router


def load(prefix: str = "") -> Assets:
    """Reads the scripts and styles, for a page that a reverse proxy shows under a prefix."""
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
