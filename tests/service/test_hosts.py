"""By which names the service may be called, and from pages of which hosts."""

from __future__ import annotations

import pytest

from service.errors import HostRefused, OriginRefused
from service.hosts import Authority, Headers, Hosts, allowed_hosts, is_loopback, read_hosts

HERE = allowed_hosts("", "127.0.0.1", asked="127.0.0.1")
NAMED = allowed_hosts("amends.example.com, desk.example.com:8443", "10.0.0.1", asked="0.0.0.0")


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        (HERE, "127.0.0.1:8000"),
        (HERE, "127.0.0.1"),
        (HERE, "localhost:8000"),
        (HERE, "LOCALHOST:8000"),
        (HERE, "localhost.:8000"),
        (HERE, "[::1]:8000"),
        (allowed_hosts("", "::1", asked="::1"), "[::1]"),
        (allowed_hosts("", "127.0.0.5", asked="127.0.0.5"), "127.0.0.5:80"),
        (allowed_hosts("", "127.0.1.1", asked="my-laptop"), "my-laptop:8000"),
        (NAMED, "amends.example.com"),
        (NAMED, "amends.example.com:8000"),
        (NAMED, "desk.example.com:8443"),
        (allowed_hosts("", "0.0.0.0", asked="0.0.0.0"), "anything.at.all"),
        (allowed_hosts("", "::", asked="::"), "\xff"),
    ],
    ids=range(14),
)
def test_names_that_are_ours(hosts: Hosts, host: str) -> None:
    """On loopback its names at any port; those of the setting; and any where others reach it without a setting."""
    hosts.refuse_foreign(Headers([host]))


@pytest.mark.parametrize(
    ("hosts", "fields"),
    [
        (HERE, ["evil.example"]),
        (HERE, ["evil.example:8000"]),
        (HERE, ["127.0.0.1.evil.example:8000"]),
        (HERE, ["localhost.evil.example"]),
        (HERE, ["evil.localhost"]),
        (HERE, ["localhost@evil.example"]),
        (HERE, ["127.0.0.1:8000:8000"]),
        (HERE, ["127.0.0.1:port"]),
        (HERE, ["127.0.0.2"]),
        (HERE, ["0.0.0.0:8000"]),
        (HERE, ["2130706433"]),
        (HERE, ["::1"]),
        (HERE, ["[::1"]),
        (HERE, ["localhost, evil.example"]),
        (HERE, ["localhost\0"]),
        (HERE, ["ｌocalhost"]),
        (HERE, ["localhost" * 1_000]),
        (HERE, [""]),
        (HERE, []),
        (HERE, ["localhost", "localhost"]),
        (NAMED, ["127.0.0.1:8000"]),
        (NAMED, ["desk.example.com"]),
        (NAMED, ["desk.example.com:443"]),
    ],
    ids=range(23),
)
def test_names_that_are_not(hosts: Hosts, fields: list[str]) -> None:
    """A name server may lead any of them here; the answer says what to set."""
    with pytest.raises(HostRefused, match="AMENDS_ALLOWED_HOSTS"):
        hosts.refuse_foreign(Headers(fields))


@pytest.mark.parametrize(
    ("hosts", "host", "origin"),
    [
        (HERE, "127.0.0.1:8000", "http://127.0.0.1:8000"),
        (HERE, "localhost:9000", "http://localhost:9000"),
        (HERE, "localhost", "HTTPS://LOCALHOST"),
        (HERE, "[::1]:8000", "http://[::1]:8000"),
        (NAMED, "amends.example.com", "https://amends.example.com"),
        (NAMED, "amends.example.com", "https://desk.example.com:8443"),
        (allowed_hosts("", "0.0.0.0", asked="0.0.0.0"), "amends", "https://desk.example.com"),
    ],
    ids=range(7),
)
def test_pages_that_are_ours(hosts: Hosts, host: str, origin: str) -> None:
    """Those of the host and port that is called, and of the setting; any where only a key opens."""
    hosts.refuse_foreign(Headers([host], [origin], ["cross-site"], ["cors"]))


@pytest.mark.parametrize(
    ("hosts", "host", "origins"),
    [
        (HERE, "127.0.0.1:8000", ["http://evil.example"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1:3000"]),
        (HERE, "127.0.0.1:8000", ["http://localhost:8000"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1:8000.evil.example"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1:8000@evil.example"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1:8000/"]),
        (HERE, "127.0.0.1:8000", ["null"]),
        (HERE, "127.0.0.1:8000", [""]),
        (HERE, "127.0.0.1:8000", ["file://"]),
        (HERE, "127.0.0.1:8000", ["chrome-extension://abcdefgh"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1:8000", "http://evil.example"]),
        (HERE, "127.0.0.1:8000", ["http://127.0.0.1:8000, http://evil.example"]),
        (HERE, "127.0.0.1:8000", ["http://" + "a" * 100_000]),
        (NAMED, "amends.example.com", ["https://desk.example.com"]),
        (NAMED, "amends.example.com", ["https://amends.example.com.evil.example"]),
    ],
    ids=range(16),
)
def test_pages_that_are_not(hosts: Hosts, host: str, origins: list[str]) -> None:
    """Another host, another port, no host, or several."""
    with pytest.raises(OriginRefused, match="AMENDS_ALLOWED_HOSTS"):
        hosts.refuse_foreign(Headers([host], origins))


@pytest.mark.parametrize(
    ("site", "mode", "refused"),
    [
        (["cross-site"], ["no-cors"], True),
        (["same-site"], ["cors"], True),
        (["cross-site"], [], True),
        (["Cross-Site"], ["no-cors"], True),
        (["cross-site"], ["navigate"], False),
        (["same-origin"], ["cors"], False),
        (["none"], ["navigate"], False),
        ([], ["cors"], False),
        ([], [], False),
    ],
    ids=range(9),
)
def test_what_a_page_loads_without_an_origin(site: list[str], mode: list[str], *, refused: bool) -> None:
    """An image or a script of a foreign page is refused; a link that somebody follows is not, nor is a program."""
    headers = Headers(["127.0.0.1:8000"], [], site, mode)
    if refused:
        with pytest.raises(OriginRefused):
            HERE.refuse_foreign(headers)
        return
    HERE.refuse_foreign(headers)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.255.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("::ffff:0.0.0.0", False),
        ("10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(address: str, *, expected: bool) -> None:
    """Addresses of loopback, and never a name: it might be led elsewhere."""
    assert is_loopback(address) == expected


def test_the_setting() -> None:
    """Names with or without a port; blanks and empty parts are no matter."""
    assert read_hosts(" a.example ,,[::1]:8000, ::2") == (
        Authority("a.example"),
        Authority("[::1]", "8000"),
        Authority("[::2]"),
    )
    assert read_hosts("") == read_hosts(" , ") == ()


@pytest.mark.parametrize("setting", ["https://a.example", "a.example/x", "*", "a b", "a:port", "a.example;b.example"])
def test_a_wrong_setting(setting: str) -> None:
    """It says what is wrong, and how it should look."""
    with pytest.raises(ValueError, match=r"is no host; write `amends\.example\.com`"):
        read_hosts(setting)
