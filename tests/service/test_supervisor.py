"""What the supervisor says of addresses; what it does is tried on real processes in tests/acceptance."""

from pathlib import Path

import pytest

from service.supervisor import Supervisor, answers
from store import Settings
from tests.processes import free_port


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104  # asked, not bound
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("example.org", "http://example.org:8000"),
    ],
)
def test_the_address_can_be_opened(host: str, url: str, tmp_path: Path) -> None:
    """It is printed to be clicked: an IPv6 address stands in brackets, and "any address" is none."""
    settings = Settings(home=tmp_path, database_url="sqlite:///unused")

    assert Supervisor(settings, host, 8000, 1, print).url == url


def test_a_redis_is_asked(valkey_url: str) -> None:
    """A setting that leads nowhere is told at the start, not found out by waiting."""
    assert answers(valkey_url)
    assert not answers(f"redis://127.0.0.1:{free_port()}/0")
