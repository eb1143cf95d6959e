"""Read defaults from ``qa.toml`` for options that are not set otherwise.

A setting is an option by its long name (``max-upload = 100``). At the top of the file it applies to every
command that has the option; in a table such as ``[ask]``, to that command alone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.cli.output import did_you_mean, place
from qa.errors import UsageError
from qa.messages import Message, visible
from qa.places import is_database
from qa.settings import FILE, SettingsFile, config_folder, settings_files

SETTINGS = {
    "index", "k", "risk", "documents", "everywhere", "format", "ocr", "why",
    "port", "open", "read-only", "max-upload", "rate",
}  # fmt: skip
PERSONAL = {"model", "reranker", "host", "allow-host", "trusted-proxy", "root-path", "auth", "mcp"}
"""Settings of the user's own file only: a file from elsewhere must not download a model, or open the page to
others."""
NUMBERS = {"k", "risk", "port", "max-upload", "rate"}
"""Settings that are numbers; options convert them from text."""
ENVIRONMENT = {"index": "QA_INDEX"}
"""Environment variables that take precedence over a setting."""
_VALUE_CHARACTERS = 60


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse a command line; settings files replace the defaults of options that it does not contain.

    Args:
        parser: The parser of the whole command line; its subparsers store their name as ``command``.
        arguments: The command line, or None for that of this process.

    Returns:
        The options; ``from_files`` has the names of those from a settings file.

    Raises:
        UsageError: The command is unknown; or a settings file cannot be read, or has an unknown setting or an
            invalid value.
    """
    [commands] = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    options = {name: _settable(command) for name, command in commands.choices.items()}
    builtin = {
        name: {action.dest: action.default for action in actions.values()}
        for name, actions in options.items()
    }
    for action in (action for actions in options.values() for action in actions.values()):
        action.default = argparse.SUPPRESS
    _check_command(arguments, options)
    parsed = parser.parse_args(arguments)
    defaults = builtin[parsed.command]
    settings: dict[str, Any] = {}
    # The file with the highest priority comes last.
    for file in reversed(list(settings_files(_current_folder()))):
        settings.update(_values(file, options, parsed.command))
    parsed.from_files = settings.keys() - vars(parsed).keys()
    for dest, value in {**defaults, **settings}.items():
        if dest not in parsed:
            setattr(parsed, dest, value)
    return parsed


def _check_command(arguments: Sequence[str] | None, commands: Iterable[str]) -> None:
    """Refuse an unknown command in one sentence, unlike ``argparse``."""
    name = next(iter(sys.argv[1:] if arguments is None else arguments), "-")
    if not name.startswith("-") and name not in commands:
        raise UsageError("command-unknown", name=visible(name), hint=did_you_mean(name, commands))


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("current-folder-removed") from error


def _settable(command: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the options of a command that may be set, by the names of their settings."""
    names = {
        action.option_strings[0].lstrip("-"): action for action in command._actions if action.option_strings
    }
    return {name: action for name, action in names.items() if name in SETTINGS | PERSONAL}


def _values(
    file: SettingsFile, options: Mapping[str, Mapping[str, argparse.Action]], command: str
) -> dict[str, Any]:
    """Return a command's values in a settings file, by ``dest``.

    The settings of all other commands are checked too: every command reports errors in the file.
    """
    values: dict[str, Any] = {}
    for owner, name, value in _entries(file, options):
        if name not in options[owner]:
            known = ", ".join(sorted(options[owner]))
            hint = did_you_mean(name, options[owner])
            raise UsageError(
                "setting-of-command-unknown", path=file.path, command=owner, name=name, hint=hint, known=known
            )
        if name in PERSONAL and not file.is_personal:
            raise UsageError("setting-personal", path=file.path, name=name, personal=config_folder() / FILE)
        converted = _converted(file, owner, name, value, options[owner][name])
        if owner == command and not os.environ.get(ENVIRONMENT.get(name, "")):
            values[options[owner][name].dest] = converted
    return values


def _entries(
    file: SettingsFile, options: Mapping[str, Mapping[str, argparse.Action]]
) -> Iterator[tuple[str, str, Any]]:
    """Yield the command, the name and the value of each setting, first those for all commands."""
    tables = {name: value for name, value in file.values.items() if isinstance(value, dict)}
    for name, value in file.values.items():
        if name in tables:
            continue
        owners = [command for command, settings in options.items() if name in settings]
        if not owners:
            known = ", ".join(sorted(SETTINGS | PERSONAL))
            hint = did_you_mean(name, SETTINGS | PERSONAL)
            raise UsageError("setting-unknown", path=file.path, name=name, hint=hint, known=known)
        yield from ((owner, name, value) for owner in owners)
    for command, table in tables.items():
        if command not in options:
            hint = did_you_mean(command, options)
            raise UsageError("setting-command-unknown", path=file.path, command=command, hint=hint)
        yield from ((command, name, value) for name, value in table.items())


def _converted(file: SettingsFile, command: str, name: str, value: Any, action: argparse.Action) -> Any:
    """Convert a value of a settings file to the type of the option."""
    where = f"{name} of qa {command}"
    fits, expected = _check(name, value, action)
    if not fits:
        raise UsageError(
            "setting-invalid", path=file.path, name=where, expected=expected, value=_shown(value)
        )
    if name == "index" and is_database(value) and not file.is_personal:
        raise UsageError("setting-personal", path=file.path, name=name, personal=config_folder() / FILE)
    if action.type is Path or (action.type is place and not is_database(value)):
        return file.path.parent / os.path.expanduser(value)
    if not callable(action.type):
        return value
    try:
        if isinstance(value, list):
            return [action.type(item) for item in value]
        return action.type(str(value))
    except argparse.ArgumentTypeError as error:
        raise UsageError(
            "setting-refused", path=file.path, name=where, cause=error, value=_shown(value)
        ) from error


def _shown(value: Any) -> str:
    """Return a value of a settings file for a sentence, as the file writes it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[:_VALUE_CHARACTERS]} …"


def _check(name: str, value: Any, action: argparse.Action) -> tuple[bool, Message]:
    """Return whether a value has the type of an option, and that type in words."""
    if action.nargs == 0:
        return isinstance(value, bool), Message("expected-boolean")
    if isinstance(action, argparse._AppendAction):
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return is_list, Message("expected-list")
    if action.choices:
        return value in action.choices, Message.of("expected-choice", choices=", ".join(action.choices))
    if name in NUMBERS:
        return type(value) in (int, float), Message("expected-number")
    return isinstance(value, str), Message("expected-text")
