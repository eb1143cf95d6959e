"""The text on an image of a page, recognised by the tesseract program where that is installed."""

from __future__ import annotations

import subprocess
from functools import cache
from math import sqrt
from typing import Any

from qa.errors import ReadError
from qa.parsers.limits import OCR_PIXELS, OCR_SECONDS
from qa.parsers.pdf.pictures import without_text

_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72
# Not languages: orientation and equations.
_NO_LANGUAGE = frozenset({"osd", "equ", "snum"})


def recognise(page: Any, *, only_pictures: bool = False, with_annotations: bool = True) -> str:
    """The text of a page with a blank line between paragraphs; raises ReadError without tesseract.

    ``only_pictures`` leaves out the text that the page has as text.
    """
    known = languages()
    if only_pictures:
        without_text(page)
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, sqrt(OCR_PIXELS / max(1.0, width * height)))
    image = _portable_graymap(
        page.render(
            scale=scale, grayscale=True, draw_annots=with_annotations, may_draw_forms=with_annotations
        )
    )
    layout = "1" if "osd" in known else "3"
    chosen = "+".join(language for language in known if language not in _NO_LANGUAGE)
    text = _run(["-", "-", "-l", chosen, "--psm", layout, "--dpi", str(_DOTS_PER_INCH)], image)
    return text.replace("\f", "").strip()


def _portable_graymap(bitmap: Any) -> bytes:
    """The image in the plainest format that tesseract reads."""
    rows = bytes(bitmap.buffer)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    bitmap.close()
    pixels = b"".join(rows[row * stride : row * stride + width] for row in range(height))
    return b"P5 %d %d 255\n%s" % (width, height, pixels)


@cache
def languages() -> tuple[str, ...]:
    """The languages that are installed, English first."""
    listed = _run(["--list-langs"], b"").splitlines()[1:]
    found = sorted(listed, key=lambda language: (language != "eng", language))
    if not any(language not in _NO_LANGUAGE for language in found):
        raise ReadError("ocr-no-language")
    return tuple(found)


def _run(arguments: list[str], given: bytes) -> str:
    try:
        done = subprocess.run(
            ["tesseract", *arguments], input=given, capture_output=True, timeout=OCR_SECONDS, check=True
        )
    except FileNotFoundError as error:
        raise ReadError("ocr-missing") from error
    except subprocess.TimeoutExpired as error:
        raise ReadError("ocr-too-slow", seconds=OCR_SECONDS) from error
    except subprocess.CalledProcessError as error:
        return "" if given else _failed(error)
    return done.stdout.decode("utf-8", "replace")


def _failed(error: subprocess.CalledProcessError) -> str:
    raise ReadError("ocr-broken") from error
