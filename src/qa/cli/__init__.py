"""The command line: parses, calls, prints. Data on stdout, progress and messages on stderr."""

from qa.cli.main import main

__all__ = ["main"]
