"""``qa completion``: shell completion of commands, options and file names."""

from __future__ import annotations

import argparse
from pathlib import Path

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "completion",
        run,
        "print a script for shell completion of commands, options and files",
        'For bash: eval "$(qa completion bash)" in ~/.bashrc. For other shells, see docs/command-line.md, '
        "Completion in a shell.",
    )
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa.cli.main import parser

    print_text(script(parser(), options.shell))
    return DONE


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script that completes command lines in a shell without starting the program."""
    import shtab

    [commands] = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    for action in (action for command in commands.choices.values() for action in command._actions):
        if action.dest == "index":
            action.complete = shtab.DIRECTORY
        elif action.type in (Path, output.place) or action.dest == "sources":
            action.complete = shtab.FILE
    return shtab.complete(parser, shell)
