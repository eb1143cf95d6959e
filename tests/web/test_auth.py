from __future__ import annotations

import io
from pathlib import Path

import pytest

from qa.cli import main
from qa.errors import UsageError
from qa.web import auth
from qa.web.rate_limiter import RateLimiter

PASSWORD = "pass:wört $1"


@pytest.fixture(scope="module")
def line() -> str:
    return auth.line("ann", PASSWORD)


def test_only_the_right_password_of_a_known_name_is_accepted(line: str, tmp_path: Path) -> None:
    file = tmp_path / "logins"
    file.write_text(f"\ufeff# people\n\n{line}\n", encoding="utf-8")
    check = auth.checker(file)
    assert check("ann", PASSWORD)
    assert not check("ann", PASSWORD + " ")
    assert not check("bob", PASSWORD)
    assert not check("", "")


def test_a_line_contains_no_password_and_every_line_is_different(line: str) -> None:
    assert line.startswith("ann:scrypt$16384$8$1$")
    assert PASSWORD not in line
    assert auth.line("ann", PASSWORD) != line


@pytest.mark.parametrize(
    "content",
    ["ann:hunter2hunter2", "ann", "ann:", ":scrypt$16384$8$1$AAAAAAAAAAA=$AAAA", "ann:scrypt$2$8$1$AAAA$AAAA",
     "ann:scrypt$99999999999$8$1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "ann:scrypt$x$8$1$AA==$AA=="],
)  # fmt: skip
def test_plain_passwords_and_broken_lines_are_refused_without_being_shown(
    content: str, tmp_path: Path
) -> None:
    file = tmp_path / "logins"
    file.write_text(content)
    with pytest.raises(UsageError) as refused:
        auth.checker(file)
    assert str(refused.value) == (
        f"Line 1 of {file} is not a name with a hash; create its lines with: qa serve --new-login NAME"
    )


def test_a_missing_or_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        auth.checker(tmp_path / "none")
    (tmp_path / "empty").write_text("# nobody\n")
    with pytest.raises(UsageError, match="has no names"):
        auth.checker(tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("a:b", PASSWORD), (" a", PASSWORD), ("a", "short")]
)
def test_invalid_names_and_passwords_are_refused(name: str, password: str) -> None:
    with pytest.raises(UsageError):
        auth.line(name, password)


def test_a_client_s_limit_does_not_slow_other_clients() -> None:
    now = [0.0]
    rate = RateLimiter(60, 3, lambda: now[0])
    assert [rate.allows("a") for _ in range(4)] == [True, True, True, False]
    assert rate.allows("b")
    now[0] = 1.0
    assert [rate.allows("a") for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert [rate.allows("a") for _ in range(4)] == [True, True, True, False]


def test_the_command_makes_a_line_that_allows_the_login(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["serve", "--index", str(tmp_path / "none"), "--new-login", "ann"]) == 0
    (tmp_path / "logins").write_text(capsys.readouterr().out, encoding="utf-8")
    assert auth.checker(tmp_path / "logins")("ann", PASSWORD)
    assert not (tmp_path / "none").exists()
