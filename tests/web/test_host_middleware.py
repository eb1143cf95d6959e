from __future__ import annotations

import pytest

from qa.errors import UsageError
from qa.web.asgi import RefusedError
from qa.web.clients import bucket, client, networks
from qa.web.host_middleware import Access, check
from qa.web.names import host_of, own_names

OWN = {b"host": "127.0.0.1:7860"}
SHARED = Access(names=own_names("0.0.0.0"))
PROXIED = Access(names=own_names("127.0.0.1", "https://library.example/verbatim"), public="library.example")


def status(method: str, headers: dict[bytes, str], access: Access, server: str = "127.0.0.1") -> int:
    try:
        check(method, headers, access, server)
    except RefusedError as error:
        return error.status
    return 200


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", OWN, 200),
        ("POST", OWN, 200),  # a program
        ("GET", {b"host": "localhost:7860"}, 200),
        ("GET", {b"host": "LocalHost."}, 200),
        ("GET", {b"host": "[::1]:7860"}, 200),
        # A foreign name that points at this machine.
        ("GET", {b"host": "evil.example:7860"}, 403),
        ("GET", {b"host": "localhost.evil.example"}, 403),
        ("GET", {b"host": "2130706433"}, 403),
        # The headers of a browser for our page, another site, and another port of this machine.
        ("POST", {**OWN, b"sec-fetch-site": "same-origin", b"origin": "http://127.0.0.1:7860"}, 200),
        ("POST", {**OWN, b"sec-fetch-site": "cross-site", b"origin": "https://evil.example"}, 403),
        ("POST", {**OWN, b"sec-fetch-site": "same-site", b"origin": "http://127.0.0.1:1"}, 403),
        ("POST", {**OWN, b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "navigate"}, 403),
        ("GET", {**OWN, b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "no-cors"}, 403),
        ("GET", {**OWN, b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "navigate"}, 200),
        ("GET", {**OWN, b"sec-fetch-site": "none"}, 200),
        # An old browser.
        ("POST", {**OWN, b"origin": "https://evil.example"}, 403),
        ("POST", {**OWN, b"origin": "http://["}, 403),
        ("POST", {**OWN, b"origin": "http://127.0.0.1:7860"}, 200),
    ],
)
def test_only_the_page_and_programs_are_answered(
    method: str, headers: dict[bytes, str], expected: int
) -> None:
    assert status(method, headers, Access()) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        "[",
        "]",
        "[::1",
        "[x]",
        "a b",
        "a/b",
        "user@localhost",
        "localhost:x",
        "a,b",
        "é",
        "localhost:7860:1",
    ],
)
def test_an_invalid_host_is_a_bad_request(host: str) -> None:
    assert host_of(host) is None
    assert status("GET", {b"host": host}, Access()) == 400


@pytest.mark.parametrize(
    ("host", "server", "expected"),
    [
        ("192.0.2.7:7860", "192.0.2.7", 200),
        ("[2001:db8:0:0::7]:7860", "2001:db8::7", 200),
        ("192.0.2.7", "::ffff:192.0.2.7", 200),
        ("192.0.2.8", "192.0.2.7", 403),
        ("evil.example", "192.0.2.7", 403),
        ("localhost", "127.0.0.1", 200),
    ],
)
def test_a_shared_page_answers_to_the_address_that_the_connection_came_to(
    host: str, server: str, expected: int
) -> None:
    assert status("GET", {b"host": host}, SHARED, server) == expected


def test_the_machine_s_name_and_allowed_hosts_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Shelf.example.org")
    names = own_names("0.0.0.0", more=["library.example:443", "192.0.2.9"])
    assert names >= {"shelf.example.org", "shelf", "shelf.local", "library.example", "192.0.2.9", "localhost"}
    # On a loopback address, no other name can point here.
    assert "shelf" not in own_names("127.0.0.1")
    assert "shelf.lan" in own_names("shelf.lan")


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {b"host": "library.example"}, 200),
        ("GET", {b"host": "evil.example"}, 403),
        ("GET", {b"host": "127.0.0.1:7860"}, 200),
        ("POST", {b"host": "127.0.0.1:7860", b"origin": "https://library.example"}, 200),
        ("POST", {b"host": "127.0.0.1:7860", b"origin": "https://evil.example"}, 403),
    ],
)
def test_behind_a_proxy_the_page_answers_to_its_public_name(
    method: str, headers: dict[bytes, str], expected: int
) -> None:
    assert status(method, headers, PROXIED) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        # Only listed proxies are trusted; this machine is not trusted by default.
        ("127.0.0.1", "1.1.1.1, 2.2.2.2", [], "127.0.0.1"),
        ("9.9.9.9", "1.1.1.1", ["127.0.0.1"], "9.9.9.9"),
        ("127.0.0.1", "1.1.1.1, 2.2.2.2", ["localhost"], "2.2.2.2"),
        ("127.0.0.1", "", ["127.0.0.1"], "127.0.0.1"),
        # A chain of trusted proxies leads to the first address that is not trusted.
        ("10.0.0.5", "6.6.6.6, 1.1.1.1, 10.0.0.7", ["10.0.0.0/8"], "1.1.1.1"),
        ("10.0.0.5", "1.1.1.1, nonsense", ["10.0.0.0/8"], "10.0.0.5"),
        ("::ffff:10.0.0.5", "1.1.1.1", ["10.0.0.5"], "1.1.1.1"),
    ],
)
def test_only_trusted_proxies_report_the_client(
    peer: str, forwarded: str, proxies: list[str], expected: str
) -> None:
    assert client(peer, forwarded, networks(proxies)) == expected


def test_an_ipv6_network_is_limited_as_one_client() -> None:
    assert bucket("2001:db8::1") == bucket("2001:db8:0:0:ffff::2") != bucket("2001:db8:0:1::1")
    assert bucket("192.0.2.1") != bucket("192.0.2.2")


def test_an_invalid_proxy_address_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--trusted-proxy nonsense is not an address"):
        networks(["nonsense"])
