"""Clients: who asks, also behind a proxy that the operator trusts."""

import ipaddress
from functools import lru_cache

from flask import request

from app.context import store

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What proxies add, by its names in WSGI: whoever they speak for is not known to be on this machine."""


def address() -> str:
    """Tell from where a request comes: from the peer, or from whom a chain of trusted proxies names last.

    `X-Forwarded-For` is read from its end: what stands before the first address that is not trusted, anyone can write.
    """
    found = request.remote_addr or ""
    named = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    while named and is_trusted(found):
        found = named.pop()
    return found


def is_secure() -> bool:
    """Tell whether the client speaks HTTPS, to us or to a trusted proxy."""
    told = request.environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
    return request.is_secure or (told == "https" and is_trusted(request.remote_addr or ""))


def is_local() -> bool:
    """Tell whether the request comes from this machine; what a proxy on this machine forwards does not."""
    if not request.environ.keys().isdisjoint(FORWARDED):
        return False
    peer = request.remote_addr
    if not peer:
        return True  # a socket file
    return is_loopback(peer)


def is_trusted(text: str) -> bool:
    """Tell whether an address is that of a proxy of the operator's."""
    found = read(text)
    return found is not None and any(found in ipaddress.ip_network(each) for each in store().settings.trusted_proxies)


def neighbourhood(text: str) -> str:
    """Name what one client can speak from: its IPv4 address, or the 64 bits of a network of IPv6."""
    found = read(text)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return text[:60]


@lru_cache(maxsize=1024)
def is_loopback(text: str) -> bool:
    """Tell whether an address is one of this machine's own."""
    found = read(text)
    return found is not None and found.is_loopback


@lru_cache(maxsize=1024)
def read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address; None for what is none."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found
