"""What the supervisor says of addresses; what it does is tried on real processes in tests/acceptance."""

import sys
import time
from pathlib import Path

import pytest

from service.errors import PartDied
from service.parts import Part
from service.supervisor import FIRST_PAUSE_SECONDS, KeptPart, Supervisor, is_answering
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
    assert is_answering(valkey_url)
    assert not is_answering(f"redis://127.0.0.1:{free_port()}/0")


def test_a_part_that_dies_over_and_over_ends_the_service_with_its_reason(tmp_path: Path) -> None:
    """A port that was taken meanwhile, a broken installation: starting again for ever would hide it."""
    said: list[str] = []
    supervisor = Supervisor(Settings(home=tmp_path, database_url="sqlite:///unused"), "127.0.0.1", 8000, 0, said.append)
    dying = Part(
        name="api",
        command=[sys.executable, "-c", "print('the port is taken'); raise SystemExit(3)"],
        environment={},
        log=tmp_path / "api.log",
        stop_seconds=5,
    )
    slot = KeptPart(dying, dying.start(), time.monotonic(), most_exits=3)
    supervisor.slots.append(slot)

    def watch() -> None:
        slot.running.process.wait(60)
        slot.again_at = None if slot.again_at is None else 0.0
        supervisor.watch()

    for _ in range(4):  # two exits, two starts
        watch()
    with pytest.raises(PartDied, match=r"3 times in a row \(the last time by exit 3\):[^$]*the port is taken"):
        watch()

    assert said == ["api ended (exit 3); starting it again"] * 2
    assert slot.pause > FIRST_PAUSE_SECONDS
