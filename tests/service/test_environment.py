"""Settings handed to children: written as variables, read again, the same."""

from pathlib import Path

import pytest

from service.environment import GIVING_BACK, ONE_THREAD, as_variables, for_children
from store import Settings
from store.settings.settings import SETTINGS

FULL = Settings(
    home=Path("/data/chain rule"),
    database_url="postgresql://user:pa%40ss@db/name",
    redis_url="redis://:secret@host:6379/3",
    api_key="a key with, commas and spaces",
    allowed_hosts=("example.org", "www.example.org"),
    trusted_proxies=("10.0.0.2/32", "172.16.0.0/12"),
    max_upload_bytes=1,
    max_body_bytes=2,
    max_parameters=3,
    max_job_memory_bytes=4,
    max_queued_jobs=5,
    silence_seconds=0.7,
    heartbeat_seconds=1 / 3,
    stall_seconds=7.5,
    checkpoint_seconds=0.25,
    kernels="numba",
)
SMALL = Settings(home=Path("/data"), database_url="sqlite:////data/chainrule.db")


@pytest.mark.parametrize("settings", [FULL, SMALL])
def test_children_read_the_same_settings(settings: Settings) -> None:
    """A setting lost on the way would be a service that half does what was asked."""
    assert Settings.from_environment(as_variables(settings)) == settings


def test_the_table_is_covered() -> None:
    """A new setting has to be added above, or the round trip proves nothing about it."""
    defaults = [name for name in SETTINGS if getattr(FULL, name) == getattr(SMALL, name)]

    assert defaults == []


def test_what_is_not_set_is_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo has no key, even where the shell has one for another service."""
    monkeypatch.setenv("CHAINRULE_API_KEY", "key-of-another-service")
    monkeypatch.setenv("CHAINRULE_MAX_UPLOAD_BYTES", "7")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")

    environment = for_children(SMALL)

    ours = {name: text for name, text in environment.items() if name.startswith("CHAINRULE_")}
    assert Settings.from_environment(ours) == SMALL
    assert environment["HTTPS_PROXY"] == "http://proxy"


def test_every_process_has_one_blas_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of threads changes bits, so the shell does not decide it."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")

    environment = for_children(SMALL)

    assert {name: environment[name] for name in ONE_THREAD} == dict.fromkeys(ONE_THREAD, "1")


def test_freed_memory_is_given_back_unless_the_shell_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tunes the allocator knows why."""
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "1000000")

    environment = for_children(SMALL)

    assert {name: environment[name] for name in GIVING_BACK} == GIVING_BACK | {"MALLOC_MMAP_THRESHOLD_": "1000000"}
