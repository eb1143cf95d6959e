from __future__ import annotations

import pytest

from qa.web.guard import client, refused

OWN = {b"host": "127.0.0.1:7860"}


@pytest.mark.parametrize(
    ("method", "headers", "only_loopback", "expected"),
    [
        ("GET", OWN, True, False),
        ("POST", OWN, True, False),  # a program
        ("GET", {b"host": "localhost:7860"}, True, False),
        ("GET", {b"host": "[::1]:7860"}, True, False),
        # A foreign name that was made to point at this machine.
        ("GET", {b"host": "evil.example:7860"}, True, True),
        ("GET", {b"host": ""}, True, True),
        ("GET", {b"host": "library.example"}, False, False),
        # What a browser says of a page of our own, of another site, of another port here.
        ("POST", {**OWN, b"sec-fetch-site": "same-origin", b"origin": "http://127.0.0.1:7860"}, True, False),
        ("POST", {**OWN, b"sec-fetch-site": "cross-site", b"origin": "https://evil.example"}, True, True),
        ("POST", {**OWN, b"sec-fetch-site": "same-site", b"origin": "http://127.0.0.1:1"}, True, True),
        ("POST", {**OWN, b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "navigate"}, True, True),
        ("GET", {**OWN, b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "no-cors"}, True, True),
        ("GET", {**OWN, b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "navigate"}, True, False),
        ("GET", {**OWN, b"sec-fetch-site": "none"}, True, False),
        # An old browser.
        ("POST", {**OWN, b"origin": "https://evil.example"}, True, True),
        ("POST", {**OWN, b"origin": "http://127.0.0.1:7860"}, True, False),
    ],
)
def test_only_the_page_itself_and_programs_are_answered(
    method: str, headers: dict[bytes, str], only_loopback: bool, expected: bool
) -> None:
    assert refused(method, headers, only_loopback) is expected


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {b"host": "library.example"}, False),
        ("GET", {b"host": "evil.example"}, True),
        ("GET", {b"host": "127.0.0.1:7860"}, False),
        ("POST", {b"host": "127.0.0.1:7860", b"origin": "https://library.example"}, False),
        ("POST", {b"host": "127.0.0.1:7860", b"origin": "https://evil.example"}, True),
    ],
)
def test_behind_a_proxy_the_page_answers_to_its_public_name(
    method: str, headers: dict[bytes, str], expected: bool
) -> None:
    assert refused(method, headers, True, "library.example") is expected


def test_clients_behind_a_proxy_on_this_machine_are_told_apart() -> None:
    headers = {b"x-forwarded-for": "1.1.1.1, 2.2.2.2"}
    assert client({"client": ("127.0.0.1", 5)}, headers) == "2.2.2.2"
    assert client({"client": ("127.0.0.1", 5)}, {}) == "127.0.0.1"
    # From anywhere else, the header may say anything.
    assert client({"client": ("9.9.9.9", 5)}, headers) == "9.9.9.9"
