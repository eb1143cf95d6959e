"""``qa doctor``: check the whole index, and repair it."""

from __future__ import annotations

import argparse

from qa.cli import output
from qa.cli.output import DONE, FAILED, Commands, print_line, say


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "doctor",
        run,
        "check the whole index: the file, every offset, every vector, the search files",
        "Writes nothing without --repair. The exit code is 1 if a fault remains.",
    )
    parser.add_argument(
        "--repair", action="store_true", help="rebuild damaged parts from the documents' own text"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    library = output.library(options, change=options.repair)
    if options.repair and library.migrate():
        say(f"The index in {library.location.name} was converted to this program's format.")
    faults = library.doctor()
    for fault in faults:
        print_line(str(fault))
    if faults and options.repair:
        remaining = library.repair(faults)
        repaired, left = len(faults) - len(remaining), len(remaining)
        say(
            f"{repaired:,} fault{'s' if repaired != 1 else ''} repaired, "
            f"{left:,} remain{'s' if left == 1 else ''}."
        )
        for fault in remaining:
            print_line(f"still: {fault}")
        return FAILED if remaining else DONE
    count = f"{len(faults):,} fault{'s' if len(faults) != 1 else ''}" if faults else "no fault"
    say(f"The index in {library.location.name} was checked: {count} found.")
    if not faults:
        output.say_calibration(library)
    return FAILED if faults else DONE
