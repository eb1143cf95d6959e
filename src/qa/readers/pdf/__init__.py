"""PDF: text in reading order with the page of every character, without running headers and footers.

The work is done in a process of its own: there are files that make the library crash, or never end, or
fill the memory, and none of them may end the user's run.
"""

from __future__ import annotations

from collections.abc import Callable

from qa.readers.build import Extract
from qa.readers.pdf.box import Box
from qa.readers.pdf.process import in_child

__all__ = ["Box", "boxes", "read"]


def read(
    data: bytes,
    *,
    password: str | None = None,
    ocr: bool = False,
    stop: Callable[[], bool] | None = None,
) -> Extract:
    """The text of a PDF; raises ReadError where it is damaged, wants a password or holds only images.

    Raises KeyboardInterrupt as soon as ``stop`` says so.
    """
    found: Extract = in_child("read", data, stop=stop, password=password, ocr=ocr)
    return found


def boxes(data: bytes, start: int, end: int, *, password: str | None = None) -> list[Box]:
    """The rectangles, one for each line, in which ``text[start:end]`` of this file stands."""
    found: list[Box] = in_child("boxes", data, start, end, password=password)
    return found
