"""The command line: parses, calls, prints. Data goes to stdout, progress and messages to stderr."""

from qa.cli.main import main

__all__ = ["main"]
