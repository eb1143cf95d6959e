"""Recognise the text on the image of a page with the tesseract program."""

from __future__ import annotations

import subprocess
from functools import cache
from math import sqrt
from typing import Any

from qa.errors import ReadError
from qa.parsers.limits import OCR_PIXELS, OCR_SECONDS
from qa.parsers.pdf.pictures import hide_text

_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72
# Language data for orientation and equations, which are not languages.
_NO_LANGUAGE = frozenset({"osd", "equ", "snum"})


def recognise(page: Any, *, only_pictures: bool = False, with_annotations: bool = True) -> str:
    """Return the text of a page with blank lines between paragraphs.

    Args:
        page: The page, which is drawn as an image.
        only_pictures: Whether to leave out the text that the page already has as text.
        with_annotations: Whether to draw the annotations and form fields.

    Raises:
        ReadError: tesseract is not installed, has no language, fails, or takes too long.
    """
    installed = languages()
    if only_pictures:
        hide_text(page)
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, sqrt(OCR_PIXELS / max(1.0, width * height)))
    image = _portable_graymap(
        page.render(
            scale=scale, grayscale=True, draw_annots=with_annotations, may_draw_forms=with_annotations
        )
    )
    layout = "1" if "osd" in installed else "3"
    chosen = "+".join(language for language in installed if language not in _NO_LANGUAGE)
    text = _run(["-", "-", "-l", chosen, "--psm", layout, "--dpi", str(_DOTS_PER_INCH)], image)
    return text.replace("\f", "").strip()


def _portable_graymap(bitmap: Any) -> bytes:
    """Return the image as PGM, the simplest format that tesseract reads."""
    rows = bytes(bitmap.buffer)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    bitmap.close()
    pixels = b"".join(rows[row * stride : row * stride + width] for row in range(height))
    return b"P5 %d %d 255\n%s" % (width, height, pixels)


@cache
def languages() -> tuple[str, ...]:
    """Return the installed languages, English first."""
    listed = _run(["--list-langs"], b"").splitlines()[1:]
    ordered = sorted(listed, key=lambda language: (language != "eng", language))
    if not any(language not in _NO_LANGUAGE for language in ordered):
        raise ReadError("ocr-no-language")
    return tuple(ordered)


def _run(arguments: list[str], stdin: bytes) -> str:
    try:
        completed = subprocess.run(
            ["tesseract", *arguments], input=stdin, capture_output=True, timeout=OCR_SECONDS, check=True
        )
    except FileNotFoundError as error:
        raise ReadError("ocr-missing") from error
    except subprocess.TimeoutExpired as error:
        raise ReadError("ocr-too-slow", seconds=OCR_SECONDS) from error
    except subprocess.CalledProcessError as error:
        return "" if stdin else _raise_broken(error)
    return completed.stdout.decode("utf-8", "replace")


def _raise_broken(error: subprocess.CalledProcessError) -> str:
    raise ReadError("ocr-broken") from error
