"""The typefaces of the page, so that it looks the same on every machine.

The files are the Latin subsets of Source Sans 3 and Source Serif 4 as Fontsource publishes them, under the
SIL Open Font License 1.1 (its text is beside them). A browser uses its own typefaces for other scripts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,"
    "U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
_EXTENDED = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C4,U+2113,U+2C60-2C7F,U+A720-A7FF"
)
_FAMILIES = (("Verbatim Sans", "source-sans-3"), ("Verbatim Serif", "source-serif-4"))
_SUBSETS = (("latin-normal", _LATIN), ("latin-italic", _LATIN), ("latin-ext-normal", _EXTENDED))
_FIRST = "latin-normal"
"""The subset that every page needs."""


@dataclass(frozen=True, slots=True)
class Font:
    """A file of a typeface."""

    family: str
    name: str
    characters: str
    content: bytes

    @property
    def file(self) -> str:
        """Name of the file with a hash of its content, which a browser can cache for ever."""
        return f"{self.name}-{hashlib.sha256(self.content).hexdigest()[:16]}.woff2"

    def rule(self, folder: str) -> str:
        """Return the rule of the style sheet that loads the file from a folder."""
        style = "italic" if self.name.endswith("italic") else "normal"
        address = f"{folder}/{self.file}"
        return (
            f'@font-face{{font-family:"{self.family}";font-style:{style};font-weight:200 900;'
            f'font-display:swap;src:url("{address}") format("woff2");unicode-range:{self.characters}}}'
        )

    @property
    def is_first(self) -> bool:
        """Whether every page needs the file."""
        return self.name.endswith(_FIRST)


@cache
def fonts() -> tuple[Font, ...]:
    """Return the typefaces of the page."""
    folder = resources.files("qa.web").joinpath("fonts")
    return tuple(
        Font(family, f"{stem}-{subset}", characters, folder.joinpath(f"{stem}-{subset}.woff2").read_bytes())
        for family, stem in _FAMILIES
        for subset, characters in _SUBSETS
    )
