"""Where a webhook goes: the subscriber's URL, taken apart and checked.

Text alone proves nothing about the address behind it: that is vetted when the name is resolved.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Self
from urllib.parse import SplitResult, quote, urlsplit

from partner_events.domain.webhook import InvalidWebhookUrl

MAX_LENGTH = 2048
DEFAULT_PORTS = {"https": 443, "http": 80}
UNPRIVILEGED_PORTS = range(1024, 65536)

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_LEFT_AS_THEY_ARE = "!$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    scheme: str
    host: str  # as the resolver and the certificate spell it, without brackets
    port: int
    path: str  # with its query

    @classmethod
    def parse(cls, url: str, *, allow_private: bool) -> Self:
        """Take the URL apart, or raise `InvalidWebhookUrl` with what is wrong with it."""
        parts, port = _split(url)
        _check_scheme(parts.scheme, allow_private=allow_private)
        if "@" in parts.netloc:
            raise InvalidWebhookUrl("url must not contain a user name or password")
        return cls(
            scheme=parts.scheme,
            host=_host(parts),
            port=_allowed_port(DEFAULT_PORTS[parts.scheme] if port is None else port),
            path=_path(parts),
        )

    @property
    def encrypted(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """The `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def _split(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > MAX_LENGTH:
        raise InvalidWebhookUrl(f"url must not be longer than {MAX_LENGTH} characters")
    if not url.isprintable() or " " in url:  # urlsplit would quietly drop some of these
        raise InvalidWebhookUrl("url must not contain spaces or control characters")
    if "#" in url:
        raise InvalidWebhookUrl("url must not contain a fragment")
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        raise InvalidWebhookUrl("url is not a valid URL") from None


def _check_scheme(scheme: str, *, allow_private: bool) -> None:
    if scheme != "https" and not (scheme == "http" and allow_private):
        raise InvalidWebhookUrl("url must start with https://")


def _allowed_port(port: int) -> int:
    if port not in DEFAULT_PORTS.values() and port not in UNPRIVILEGED_PORTS:
        raise InvalidWebhookUrl("url must use port 443, 80, or one from 1024 to 65535")
    return port


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_LEFT_AS_THEY_ARE)
    if parts.query:
        path += "?" + quote(parts.query, safe=_LEFT_AS_THEY_ARE)
    if len(path) > MAX_LENGTH:
        raise InvalidWebhookUrl(f"url must not be longer than {MAX_LENGTH} characters")
    return path


def _host(parts: SplitResult) -> str:
    if "[" in parts.netloc:
        return _ipv6(parts.hostname or "")
    host = _ascii(parts.hostname or "")
    if not _HOST_NAME.fullmatch(host):
        raise InvalidWebhookUrl("url must contain a valid host name")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _ipv4(host)
    return host


def _ascii(host: str) -> str:
    """Return the name as DNS spells it, if that is the only way to read it.

    A name that comes back changed (full-width digits, ß) would reach another host than the one
    that was written; digits of other scripts (٨.٨.٨.٨) only pass for an address.
    """
    if host.isascii():
        return host
    with suppress(UnicodeError):
        name = host.encode("idna")
        if name.decode("idna") == host and not _OTHER_DIGIT.search(host):
            return name.decode("ascii")
    raise InvalidWebhookUrl("url contains an ambiguous host name: write it in its xn-- form")


def _ipv4(host: str) -> str:
    """Refuse 2130706433, 0x7f.1 and 0177.0.0.1, which the resolver would take for addresses."""
    try:
        return str(IPv4Address(host))
    except ValueError:
        raise InvalidWebhookUrl("url must spell an IPv4 address as in 192.0.2.1") from None


def _ipv6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise InvalidWebhookUrl("url contains an invalid IPv6 address") from None
    if address.scope_id is not None:
        raise InvalidWebhookUrl("url must not contain an address with a zone")
    return str(address)
