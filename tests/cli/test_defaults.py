"""Settings in qa.toml: which file wins, what each command reads, and how mistakes are reported."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import pytest

from qa.cli.defaults import NUMBERS, PERSONAL, SETTINGS, parse
from qa.cli.main import main, parser
from qa.settings import config_folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder in another one, next to the folder with the user's settings."""
    folder = tmp_path / "project" / "inner"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("QA_INDEX", raising=False)
    config_folder().mkdir(parents=True)
    return folder


def personal(text: str) -> None:
    (config_folder() / "qa.toml").write_text(text, encoding="utf-8")


def options(*arguments: str) -> argparse.Namespace:
    return parse(parser(), arguments)


def test_without_a_file_the_program_has_its_own_defaults(project: Path) -> None:
    asked = options("ask", "Why?")
    assert (asked.index, asked.k, asked.risk, asked.documents) == (Path("index"), None, None, [])
    served = options("serve")
    assert (served.host, served.port, served.open, served.read_only) == ("127.0.0.1", 7860, None, False)


def test_every_kind_of_option_can_be_set(project: Path) -> None:
    personal(
        'index = "library"\nrisk = 0.05\n[ask]\nk = 5\ndocuments = ["a*", "b"]\nformat = "json"\nwhy = true\n'
        '[serve]\nhost = "0.0.0.0"\nport = 80\nopen = false\nmax-upload = 20\n'
        'allow-host = ["box"]\nauth = "logins"\n'
    )
    asked = options("ask", "Why?")
    assert asked.index == config_folder() / "library"
    assert (asked.risk, asked.k, asked.documents) == (0.05, 5, ["a*", "b"])
    assert (asked.format, asked.why) == ("json", True)
    served = options("serve")
    assert (served.host, served.port, served.open, served.max_upload) == ("0.0.0.0", 80, False, 20)
    assert (served.allow_host, served.auth) == (["box"], config_folder() / "logins")
    assert served.risk == 0.05
    assert options("batch", "questions.txt").k is None, "the table of another command does not apply"


def test_the_command_line_wins_over_every_file(project: Path) -> None:
    (project / "qa.toml").write_text('k = 5\ndocuments = ["a"]\nindex = "x"\n[serve]\nopen = true\n')
    asked = options("ask", "Why?", "-k", "2", "--documents", "b", "--index", "y")
    assert (asked.k, asked.documents, asked.index) == (2, ["b"], Path("y"))
    assert options("serve", "--no-open").open is False


def test_the_environment_wins_over_the_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "qa.toml").write_text('index = "x"\nk = 5\n')
    assert options("list").index == project / "x"
    monkeypatch.setenv("QA_INDEX", "from-environment")
    assert options("list").index == Path("from-environment")
    assert options("ask", "Why?").k == 5


def test_the_nearest_file_wins_over_the_user_s_own_and_a_table_over_the_top(project: Path) -> None:
    personal("k = 7\nrisk = 0.2\n[ask]\nk = 8\n")
    assert options("ask", "Why?").k == 8
    assert options("batch", "q.txt").k == 7
    (project.parent / "qa.toml").write_text('k = 5\nindex = "outer"\n')
    asked = options("ask", "Why?")
    assert (asked.k, asked.risk, asked.index) == (5, 0.2, project.parent / "outer")
    (project / "qa.toml").write_text("k = 4\n")
    asked = options("ask", "Why?")
    assert (asked.k, asked.index) == (4, Path("index")), "of the files above, only the nearest applies"


def test_a_list_on_the_command_line_does_not_affect_the_next_call(project: Path) -> None:
    (project / "qa.toml").write_text('documents = ["a"]\n')
    assert options("ask", "Why?", "--documents", "b").documents == ["b"]
    assert options("ask", "Why?").documents == ["a"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("k = ", "cannot be read (Invalid value"),
        ("k = " + "[" * 5_000, "cannot be read (maximum recursion depth"),
        ('k = "three"', 'k of qa ask must be a number, not "three".'),
        ("k = true", "k of qa ask must be a number, not true."),
        ("k = 0", "k of qa ask must be a whole number from 1, not 0."),
        ("risk = 7", "risk of qa ask must be a number between 0 and 1, such as 0.05, not 7."),
        ("risk = 0", "risk of qa ask must be a number between 0 and 1, such as 0.05, not 0."),
        ("risk = nan", "risk of qa ask must be a number between 0 and 1, such as 0.05, not NaN."),
        ("[eval]\nrisk = -0.1", "risk of qa eval must be a number between 0 and 1, such as 0.05, not -0.1."),
        ("risk = '0.05'", 'risk of qa ask must be a number, not "0.05".'),
        ("risk = 2024-05-01", 'risk of qa ask must be a number, not "2024-05-01".'),
        ("rate = inf", "rate of qa serve must be a whole number from 1, not Infinity."),
        ("max-upload = -1", "max-upload of qa serve must be a whole number from 1, not -1."),
        ("port = 65536", "port of qa serve must be a whole number from 0 to 65535, not 65536."),
        ("port = 80.5", "port of qa serve must be a whole number from 0 to 65535, not 80.5."),
        (
            "documents = 'a'",
            'documents of qa ask must be a list of strings, such as ["one", "two"], not "a".',
        ),
        ("documents = [1]", "documents of qa ask must be a list of strings"),
        ("read-only = 1", "read-only of qa serve must be true or false, not 1."),
        ("index = 3", "index of qa index must be a string in quotation marks, not 3."),
        (
            "[ask]\nformat = 'pdf'",
            "format of qa ask must be one of text, json, jsonl, markdown, md, bibtex, ris, csljson, "
            'webannotation, not "pdf".',
        ),
        (
            "kk = 3",
            "there is no setting kk (did you mean k?); the settings are allow-host, auth, documents, ",
        ),
        (
            "[ask]\nport = 3",
            "qa ask has no setting port; its settings are documents, everywhere, format, index, k, reranker, "
            "risk, why.",
        ),
        ("[asks]\nk = 3", "the table [asks] names no command (did you mean ask?)."),
        ("[ask]\nfomat = 'json'", "qa ask has no setting fomat (did you mean format?); its settings are "),
        ("password = 'x'", "there is no setting password;"),
        ("[serve]\nhost = '0.0.0.0'", "host can only be set in "),
        ("model = 'somebody/something'", "model can only be set in "),
    ],
)
def test_a_mistake_is_one_sentence_and_a_usage_error_for_every_command(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    (project / "qa.toml").write_text(text, encoding="utf-8")
    assert main(["list"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(
        f"qa: {project / 'qa.toml'}: " if "cannot be read" not in sentence else "qa: "
    )
    assert sentence in output.err
    assert output.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "trusted-proxy = ['10.0.0.1', 'nonsense']",
            "trusted-proxy of qa serve must be an address such as 127.0.0.1 or 10.0.0.0/8, "
            'not ["10.0.0.1", "nonsense"].',
        ),
        ("trusted-proxy = '10.0.0.1'", "trusted-proxy of qa serve must be a list of strings"),
        (
            "[serve]\nroot-path = 'docs'",
            "root-path of qa serve must be an address (https://example.org/verbatim) or a path (/verbatim), "
            'not "docs".',
        ),
        ("root-path = 3", "root-path of qa serve must be a string in quotation marks, not 3."),
    ],
)
def test_a_mistake_in_the_user_s_own_file_is_one_sentence_for_every_command(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    personal(text)
    assert main(["list"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"qa: {config_folder() / 'qa.toml'}: {sentence}")
    assert error.count("\n") == 1


def test_valid_addresses_of_a_proxy_are_kept(project: Path) -> None:
    personal("[serve]\ntrusted-proxy = ['localhost', '10.0.0.0/8']\nroot-path = '/docs'\n")
    served = options("serve")
    assert (served.trusted_proxy, served.root_path) == (["localhost", "10.0.0.0/8"], "/docs")
    assert options("serve", "--trusted-proxy", "::1").trusted_proxy == ["::1"]


@pytest.mark.parametrize("value", ["7", "0", "1", "nan", "inf", "much"])
def test_a_risk_on_the_command_line_has_the_same_limits(
    project: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        options("ask", "Why?", "--risk", value)
    assert "argument --risk: must be a number between 0 and 1, such as 0.05" in capsys.readouterr().err


def test_every_number_is_checked_by_its_option() -> None:
    [commands] = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    actions = {
        action.option_strings[0].lstrip("-"): action
        for command in commands.choices.values()
        for action in command._actions
        if action.option_strings
    }
    assert {name for name, action in actions.items() if action.type in (int, float)} == set()
    assert all(callable(actions[name].type) for name in NUMBERS)


def test_a_file_that_is_not_text_is_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "qa.toml").write_bytes(b"\xff\xfe")
    assert main(["list"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_byte_order_mark_is_ignored(project: Path) -> None:
    (project / "qa.toml").write_bytes(b"\xef\xbb\xbfk = 7\n")
    assert options("ask", "Why?").k == 7


def test_a_tilde_without_a_user_is_a_name(project: Path) -> None:
    (project / "qa.toml").write_text('index = "~nobody-of-this-name/x"')
    assert options("list").index == project / "~nobody-of-this-name/x"


def test_a_folder_of_settings_that_cannot_be_opened_has_none(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", f"/{'x' * 300}")
    assert options("list").from_files == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the current folder")
def test_a_removed_current_folder_is_one_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.rmdir()
    assert main(["list"]) == 2
    assert capsys.readouterr().err == "qa: The current folder was removed; change to another folder.\n"


def test_help_and_version_ignore_invalid_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "qa.toml").write_text("nonsense")
    for arguments in (["--help"], ["--version"], ["ask", "--help"]):
        with pytest.raises(SystemExit, match="0"):
            main(arguments)
        assert "qa" in capsys.readouterr().out


def test_the_project_file_sets_the_index(
    project: Path, source_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.parent / "qa.toml").write_text(f"index = '{source_folder}'\n[list]\nformat = 'json'\n")
    assert main(["list"]) == 0
    assert '"doc_id": "source.txt"' in capsys.readouterr().out


def test_a_model_in_the_file_applies_only_to_new_indexes(
    project: Path, source_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    personal('model = "a-folder-that-is-not-there"\n')
    text = project / "note.txt"
    text.write_text("The lease ends in May.", encoding="utf-8")
    assert main(["index", str(text), "--index", str(source_folder), "--dry-run"]) == 0
    assert "Would be: 1 added" in capsys.readouterr().out
    assert main(["index", str(text), "--index", "new"]) == 1
    assert "a-folder-that-is-not-there" in capsys.readouterr().err
    assert main(["index", str(text), "--index", str(source_folder), "--model", "another", "--dry-run"]) == 1
    assert "another" in capsys.readouterr().err


def test_every_setting_is_an_option_of_a_command() -> None:
    [commands] = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    every: dict[str, Any] = {
        text.lstrip("-"): action
        for command in commands.choices.values()
        for action in command._actions
        for text in action.option_strings
    }
    assert every.keys() >= SETTINGS | PERSONAL
    assert not {"password", "password-file", "new-login", "output", "report"} & (SETTINGS | PERSONAL)
