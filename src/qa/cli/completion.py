"""Completion of commands, options and file names in a shell."""

from __future__ import annotations

import argparse
from pathlib import Path

import shtab


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Returns the script that completes a command line in a shell, without starting the program."""
    [commands] = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    for action in (action for command in commands.choices.values() for action in command._actions):
        if action.dest == "index":
            action.complete = shtab.DIRECTORY
        elif action.type is Path or action.dest == "sources":
            action.complete = shtab.FILE
    return shtab.complete(parser, shell)
