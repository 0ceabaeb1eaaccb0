"""Redis addresses, spelled for the client and for the broker, who name sockets differently."""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

SCHEMES = {"redis", "rediss", "unix", "redis+socket"}


def for_client(url: str) -> str:
    """Spell an address for redis-py: `unix:///path?db=1`."""
    parts = urlsplit(url)
    return respelled(parts, "unix", {"virtual_host": "db"}) if parts.scheme == "redis+socket" else url


def for_broker(url: str) -> str:
    """Spell an address for Celery: `redis+socket:///path?virtual_host=1`."""
    parts = urlsplit(url)
    return respelled(parts, "redis+socket", {"db": "virtual_host"}) if parts.scheme == "unix" else url


def respelled(parts: SplitResult, scheme: str, names: dict[str, str]) -> str:
    """Change the scheme and the names of options."""
    query = urlencode([(names.get(name, name), value) for name, value in parse_qsl(parts.query)])
    return f"{scheme}://{parts.netloc}{parts.path}" + (f"?{query}" if query else "")
