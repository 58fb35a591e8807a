"""Says where events may be sent: to public addresses over https, and to the networks that a setting names."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from yarl import URL

from service.errors import InvalidField

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]

# Not `is_global`, which another Python answers otherwise: what IANA's registries of special purposes list, and the
# addresses of clouds for their own machines that stand in no registry.
SPECIAL_IPV4 = {
    IPv4Network("0.0.0.0/8"): "stands for no host",
    IPv4Network("10.0.0.0/8"): "private",
    IPv4Network("100.64.0.0/10"): "a carrier's own (CGNAT)",
    IPv4Network("127.0.0.0/8"): "this machine's own (loopback)",
    IPv4Network("168.63.129.16/32"): "a cloud's own",
    IPv4Network("169.254.0.0/16"): "link-local",
    IPv4Network("172.16.0.0/12"): "private",
    IPv4Network("192.0.0.0/24"): "for protocols alone",
    IPv4Network("192.0.2.0/24"): "for examples alone",
    IPv4Network("192.88.99.0/24"): "a tunnel's (6to4)",
    IPv4Network("192.168.0.0/16"): "private",
    IPv4Network("198.18.0.0/15"): "for measurements alone",
    IPv4Network("198.51.100.0/24"): "for examples alone",
    IPv4Network("203.0.113.0/24"): "for examples alone",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}
PUBLIC_IPV6 = IPv6Network("2000::/3")
SPECIAL_IPV6 = {
    IPv6Network("2001::/23"): "for protocols and tunnels alone",
    IPv6Network("2001:db8::/32"): "for examples alone",
    IPv6Network("2002::/16"): "a tunnel's (6to4)",
    IPv6Network("3fff::/20"): "for examples alone",
}
# An IPv4 address stands in their last 32 bits, and that is where the packets go.
MAPPED, NAT64 = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")
NOT_PUBLIC = "not public"
NETWORKS_ALONE = "for the networks of AMENDS_WEBHOOK_NETWORKS alone"  # said where none are set too, for who has one
NOT_SECURE = f"public, and http is {NETWORKS_ALONE}"

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?")
AUTHORITY = re.compile(r"^[a-z]+://([^/?#]*)", re.IGNORECASE)
MOST_HOST_CHARACTERS = 253
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a name that ends in one is read as an address by some: 0x7f.1
FIRST_FREE_PORT = 1024  # below stand services that an event could harm, such as mail
PORTS = {"https": 443, "http": 80}


def read_networks(text: str) -> Networks:
    """Networks such as `10.1.0.0/16,::1`, separated by commas.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())


def why_special(address: Address) -> str | None:
    """What an address is for, unless it is a public one."""
    if isinstance(address, IPv6Address):
        if address in MAPPED or address in NAT64:
            return why_special(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in PUBLIC_IPV6:
            return NOT_PUBLIC
        return next((reason for network, reason in SPECIAL_IPV6.items() if address in network), None)
    return next((reason for network, reason in SPECIAL_IPV4.items() if address in network), None)


@dataclass(frozen=True, slots=True)
class Targets:
    """Where events may go: `networks` are allowed although they are not public, and over http too."""

    networks: Networks = ()

    def refusal(self, address: str, scheme: str) -> str | None:
        """Why nothing may be sent to an IP address over a scheme; None where it may."""
        try:
            read = ipaddress.ip_address(address)
        except ValueError:
            return "no IP address"
        if any(read in network for network in self.networks):
            return None
        return why_special(read) or (None if scheme == "https" else NOT_SECURE)

    def check(self, text: str) -> None:
        """See that a URL can be called at all; where its name leads is seen at each connection.

        Raises:
            InvalidField: it may not be registered; the message says why.
        """
        if reason := self._fault(text):
            raise InvalidField(reason, "url")

    def _fault(self, text: str) -> str | None:
        if not text.isprintable() or " " in text:
            return "holds a space, a line break or another invisible character"
        try:
            url = URL(text)
            readable = url.host  # as it is before it is put into the letters that name servers know
        except ValueError:  # its text repeats pieces of the URL, which may hold a password
            return "is not a URL: look at its host name and port"
        schemes = ("https", "http") if self.networks else ("https",)
        if url.scheme not in schemes or not url.raw_host or not readable:
            return f"must begin with https:// and a host name; http:// is {NETWORKS_ALONE}"
        return _fault_of_parts(text, url) or self._fault_of_host(url.raw_host, url.scheme)

    def _fault_of_host(self, host: str, scheme: str) -> str | None:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return self._fault_of_name(host)
        reason = self.refusal(host, scheme)
        return (
            reason
            and f"leads to {host}, which is {reason}; name a public host, or its network in AMENDS_WEBHOOK_NETWORKS"
        )

    def _fault_of_name(self, host: str) -> str | None:
        if len(host) > MOST_HOST_CHARACTERS or not HOST_NAME.fullmatch(host):
            return "holds a host name that is none"
        *_, last = labels = host.removesuffix(".").split(".")
        if NUMBER.fullmatch(last):
            return "holds an IP address in an unusual form: write it as four numbers, such as 8.8.8.8"
        if len(labels) == 1 and not self.networks:
            return f"must hold a full host name, such as hooks.example.com; a short one is {NETWORKS_ALONE}"
        return None


def _fault_of_parts(text: str, url: URL) -> str | None:
    if "@" in AUTHORITY.split(text)[1]:  # not `url.raw_user`, which an empty one is not
        return "must hold no user and no password"
    if url.raw_fragment:
        return "must hold no `#`"
    if url.port is None or (url.port < FIRST_FREE_PORT and url.port != PORTS[url.scheme]):
        return f"must use port {PORTS[url.scheme]} or one from {FIRST_FREE_PORT} on"
    return None
