"""Where events may go: every special range of addresses, every odd form of a URL, and what a setting allows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidField
from service.webhooks.schemas import URL_FORM
from service.webhooks.targets import NOT_PUBLIC, Targets, read_networks

OPEN = Targets()
CLOSED = Targets(read_networks("10.1.0.0/16, ::1"))  # a closed network, where http will do
PASSWORD = "Zyxwv-4929"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("8.8.8.8", None),
        ("1.0.0.0", None),
        ("9.255.255.255", None),
        ("11.0.0.0", None),
        ("100.63.255.255", None),
        ("100.128.0.0", None),
        ("128.0.0.1", None),
        ("169.253.255.255", None),
        ("172.15.255.255", None),
        ("172.32.0.0", None),
        ("192.0.1.0", None),
        ("192.167.255.255", None),
        ("198.17.255.255", None),
        ("198.20.0.0", None),
        ("223.255.255.255", None),
        ("2600::1", None),
        ("2a00:1450:4001:82a::200e", None),
        ("64:ff9b::808:808", None),
        ("::ffff:8.8.8.8", None),
        ("0.0.0.0", "stands for no host"),
        ("0.1.2.3", "stands for no host"),
        ("10.0.0.0", "private"),
        ("10.255.255.255", "private"),
        ("100.64.0.0", "a carrier's own (CGNAT)"),
        ("100.100.100.200", "a carrier's own (CGNAT)"),
        ("100.127.255.255", "a carrier's own (CGNAT)"),
        ("127.0.0.1", "this machine's own (loopback)"),
        ("127.255.255.254", "this machine's own (loopback)"),
        ("168.63.129.16", "a cloud's own"),
        ("169.254.169.254", "link-local"),
        ("172.16.0.0", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.192", "for protocols alone"),
        ("192.0.2.1", "for examples alone"),
        ("192.88.99.1", "a tunnel's (6to4)"),
        ("192.168.1.1", "private"),
        ("198.18.0.1", "for measurements alone"),
        ("198.19.255.255", "for measurements alone"),
        ("198.51.100.7", "for examples alone"),
        ("203.0.113.7", "for examples alone"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", NOT_PUBLIC),
        ("::1", NOT_PUBLIC),
        ("::7f00:1", NOT_PUBLIC),  # an IPv4 address in the form of old
        ("::ffff:127.0.0.1", "this machine's own (loopback)"),
        ("::ffff:a9fe:a9fe", "link-local"),
        ("::ffff:0:10.0.0.1", NOT_PUBLIC),  # translated, as SIIT has it
        ("64:ff9b::10.0.0.1", "private"),
        ("64:ff9b::7f00:1", "this machine's own (loopback)"),
        ("64:ff9b:1::808:808", NOT_PUBLIC),  # translation within a network
        ("100::1", NOT_PUBLIC),
        ("2001::1", "for protocols and tunnels alone"),  # Teredo
        ("2001:2::1", "for protocols and tunnels alone"),
        ("2001:20::1", "for protocols and tunnels alone"),
        ("2001:db8::1", "for examples alone"),
        ("2002:7f00:1::1", "a tunnel's (6to4)"),
        ("2002:808:808::1", "a tunnel's (6to4)"),
        ("3fff::1", "for examples alone"),
        ("4000::1", NOT_PUBLIC),
        ("5f00::1", NOT_PUBLIC),
        ("fc00::1", NOT_PUBLIC),
        ("fd00:ec2::254", NOT_PUBLIC),
        ("fe80::1", NOT_PUBLIC),
        ("fe80::1%eth0", NOT_PUBLIC),
        ("fec0::1", NOT_PUBLIC),
        ("ff02::1", NOT_PUBLIC),
        ("ff0e::1", NOT_PUBLIC),
        ("localhost", "no IP address"),
        ("0x7f.1", "no IP address"),
        ("127.1", "no IP address"),
        ("0177.0.0.1", "no IP address"),
        ("2130706433", "no IP address"),
        ("", "no IP address"),
    ],
)
def test_addresses(address: str, reason: str | None) -> None:
    """A public address may be connected to over https, and over http none."""
    assert OPEN.refusal(address, "https") == reason
    assert OPEN.refusal(address, "http") is not None


@pytest.mark.parametrize(
    ("address", "scheme", "allowed"),
    [
        ("10.1.2.3", "http", True),
        ("10.1.2.3", "https", True),
        ("::1", "http", True),
        ("10.2.0.1", "https", False),
        ("::ffff:10.1.2.3", "https", False),
        ("127.0.0.1", "https", False),
        ("8.8.8.8", "https", True),
        ("8.8.8.8", "http", False),
    ],
)
def test_a_setting_allows_networks(address: str, scheme: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    """Those that it names, over http too, and no others; what is public stays https."""
    assert (CLOSED.refusal(address, scheme) is None) == allowed


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "localhost", "::1/129", "10.0.0.0/8;::1"])
def test_networks_that_are_none(text: str) -> None:
    """A mistyped network is no network."""
    with pytest.raises(ValueError, match=r"does not appear|has host bits"):
        read_networks(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com:443/a?token=b%20c",
        "https://hooks.example.com:8443/a",
        "HTTPS://Hooks.Example.com./a",
        "https://münchen.example/a",
        "https://exam_ple.com/",
        "https://8.8.8.8/",
        "https://[2600::1]:4443/",
    ],
)
def test_urls(url: str) -> None:
    """A host with a dot or a public address, and a port on which no other service listens."""
    OPEN.check(url)
    CLOSED.check(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "must begin with https://"),
        ("hooks.example.com", "must begin with https://"),
        ("http://hooks.example.com", "must begin with https://"),
        ("ftp://hooks.example.com", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("https:///a", "must begin with https://"),
        ("//hooks.example.com", "must begin with https://"),
        ("https://hooks.example.com/a b", "invisible"),
        ("https:\n//hooks.example.com", "invisible"),
        ("https://hooks.example.com/\u202e", "invisible"),
        (f"https://maya:{PASSWORD}@hooks.example.com/", "no password"),
        (f"https://{PASSWORD}@hooks.example.com/", "no password"),
        ("https://@hooks.example.com/", "no password"),
        ("https://:@hooks.example.com?a", "no password"),
        (f"https://hooks.example.com%2f{PASSWORD}@127.0.0.1/", "no password"),
        (f"https://hooks.example.com\\@{PASSWORD}/", "is not a URL"),
        (f"https://{PASSWORD}:x/", "is not a URL"),
        ("https://hooks.example.com:70000/", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://xn--a.com", "is not a URL"),
        ("https://hooks.example.com/#a", "no `#`"),
        ("https://hooks.example.com:0/", "port 443"),
        ("https://hooks.example.com:25/", "port 443"),
        ("https://hooks.example.com:80/", "port 443"),
        ("https://localhost/", "full host name"),
        ("https://ⓛocalhost/", "full host name"),
        ("https://redis:6379/", "full host name"),
        ("https://127.0.0.1/", "loopback"),
        ("https://１２７.0.0.1/", "loopback"),
        ("https://[::ffff:127.0.0.1]/", "loopback"),
        ("https://[::1]/", NOT_PUBLIC),
        ("https://[fe80::1%25eth0]/", NOT_PUBLIC),
        ("https://169.254.169.254/latest/meta-data", "link-local"),
        ("https://0x7f.1/", "unusual form"),
        ("https://0X7F000001/", "unusual form"),
        ("https://127.1/", "unusual form"),
        ("https://0177.0.0.1/", "unusual form"),
        ("https://2130706433/", "unusual form"),
        ("https://127.0.0.1./", "unusual form"),
        ("https://hooks.example.7/", "unusual form"),
        ("https://hooks..com/", "holds a host name that is none"),
        ("https://-hooks.com/", "holds a host name that is none"),
        ("https://ex%41mple.com/", "holds a host name that is none"),
        (f"https://{'a.' * 130}com/", "holds a host name that is none"),
        (f"https://{'a' * 64}.com/", "holds a host name that is none"),
    ],
    ids=range(45),
)
def test_urls_that_are_refused(url: str, says: str) -> None:
    """With the reason, and without what may be a password."""
    with pytest.raises(InvalidField, match=says) as caught:
        OPEN.check(url)
    assert caught.value.field == "url"
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://crm/", "https://crm/", "https://10.1.2.3/"])
def test_who_has_a_closed_network_is_told_of_the_setting(url: str) -> None:
    """Before it is set, too: else nobody would know that there is one."""
    with pytest.raises(InvalidField, match="AMENDS_WEBHOOK_NETWORKS"):
        OPEN.check(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://10.1.2.3:8080/", True),
        ("http://crm/amends", True),
        ("http://crm:80/amends", True),
        ("http://hooks.example.com/", True),  # it may lead into the network: that is seen at each connection
        ("http://8.8.8.8/", False),
        ("http://10.2.0.1/", False),
        ("http://crm:25/", False),
        ("gopher://crm/", False),
    ],
)
def test_urls_of_a_closed_network(url: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    """With a setting that names networks, http and short names will do."""
    if allowed:
        CLOSED.check(url)
    else:
        with pytest.raises(InvalidField):
            CLOSED.check(url)


PIECES = ["http", "HTTPS", "s", ":", "//", "hooks", ".", "example.com", "10.1.2.3", "[", "::1", "]", "8080", "/", "?"]
PIECES += ["#", "@", "\\", "%2f", " ", "\t", "münchen", "\u3002", "\u2100", "\xa0", "\u202e", "a=b", ";", "&"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
URLS = TEXTS | st.builds("https://{}".format, TEXTS) | st.builds("http://hooks.example.com{}".format, TEXTS)


@given(URLS)
def test_no_url_is_taken_that_the_contract_forbids(url: str) -> None:
    """The form in the contract is the least that a URL needs: whatever is registered has it."""
    for targets in (OPEN, CLOSED):
        try:
            targets.check(url)
        except InvalidField:
            continue
        assert re.search(URL_FORM, url)
