"""Takes the screenshots in docs/images: states of the page, desktop and phone, light and dark.

    python benchmarks/page/screenshots.py

The states are those of tests/web/states.py; the browser is Debian's chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "web"))

from browsing import opened, served  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from paper import LEASE, pdf  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from states import ROOT, states  # noqa: E402

from qa import encoders  # noqa: E402
from qa.index import Index  # noqa: E402

IMAGES = ROOT / "docs" / "images"
NAMES = {
    "welcome, documents": "welcome",
    "no answer, nearest passages": "no-answer",
    "answer, source as text": "answer",
    "why a quote was found": "why",
    "answer, source as printed page": "printed-page",
    "kept quotes": "kept",
    "a file of questions": "questions",
}
SIZES = {1440: 900, 390: 844}
COLOURS = 192


def main() -> None:
    model = encoders.load()
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        shutil.copy(ROOT / "index" / "source.txt", folder)
        (folder / "lease.pdf").write_bytes(pdf(LEASE))
        index = Index.create(folder / "index", model)
        index.update([str(folder / "source.txt"), str(folder / "lease.pdf")], lambda: model)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=1)
        with served(index, model) as url, opened(context, url) as page:
            for state in states(page, folder):
                if state not in NAMES:
                    continue
                for width, height in SIZES.items():
                    page.set_viewport_size({"width": width, "height": height})
                    # On a phone the last saved quotes would be above the table.
                    if NAMES[state] == "questions" and width < 900:
                        page.click("[data-do=back]")
                    # The new width may have moved the last question out of view.
                    page.evaluate("document.querySelector('.turn:last-child')?.scrollIntoView()")
                    for theme in ("light", "dark"):
                        page.emulate_media(color_scheme=theme)
                        page.wait_for_timeout(500)
                        save(page.screenshot(), IMAGES / f"{NAMES[state]}-{width}-{theme}.png")
                page.emulate_media(color_scheme="light")
                page.set_viewport_size({"width": 1440, "height": 900})
                page.wait_for_timeout(300)
        browser.close()


def save(shot: bytes, path: Path) -> None:
    """Save with few colours: a fifth of the size, without a visible difference."""
    Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
