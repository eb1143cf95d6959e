"""Opens the page: makes the index of the shipped source text if there is none, and serves it."""

import sys
from pathlib import Path

from qa.cli import main

if __name__ == "__main__":
    index = Path(__file__).resolve().parent / "index"
    sys.exit(main(["serve", "--index", str(index), *sys.argv[1:]]))
