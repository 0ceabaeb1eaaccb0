"""Keys over the wire: guesses are limited for each client, also behind a proxy that the operator trusts."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest

from app.services.key_guesses import MOST_GUESSES
from tests.acceptance.conftest import RunningService, running_service

pytestmark = pytest.mark.xdist_group("acceptance-keys")

KEY = "a key that only its owner knows"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Run a service behind a proxy on this machine."""
    home = tmp_path_factory.mktemp("keys") / "home"
    with running_service(home, CHAINRULE_API_KEY=KEY, CHAINRULE_TRUSTED_PROXIES="127.0.0.0/8") as started:
        yield started


def asked(service: RunningService, key: str, forwarded: str) -> httpx.Response:
    """Ask for the limits, as a proxy does for somebody."""
    headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": forwarded}
    return httpx.get(f"{service.url}/v1/limits", headers=headers, timeout=60)


def test_guesses_are_limited_for_who_makes_them(service: RunningService) -> None:
    """The guesser is named by what the proxy adds, not by what the guesser writes before it."""
    first = asked(service, KEY, "198.51.100.9, 203.0.113.1")
    guesses = [asked(service, f"guess {number}", f"10.0.0.{number}, 203.0.113.1") for number in range(MOST_GUESSES + 2)]
    neighbour, owner = asked(service, "guess", "203.0.113.2"), asked(service, KEY, "203.0.113.1")
    log = (service.home / "logs" / "api.log").read_text()

    assert first.status_code == owner.status_code == 200
    assert [each.status_code for each in guesses] == [401] * MOST_GUESSES + [429] * 2
    assert guesses[-1].json()["code"] == "auth.too_many_guesses"
    assert int(guesses[-1].headers["Retry-After"]) == 60
    assert neighbour.status_code == 401
    assert "keys are being guessed" in log
    assert "203.0.113.1" in log


def test_a_key_in_the_address_is_not_logged(service: RunningService) -> None:
    """Some put it where an id belongs."""
    secret = "cr_abcdefghijklmnopqrstuvwxyz"  # it opens nothing

    answer = httpx.get(f"{service.url}/v1/jobs/{secret}", headers={"Authorization": f"Bearer {KEY}"}, timeout=60)
    log = (service.home / "logs" / "api.log").read_text()

    assert answer.status_code == 404
    assert '"path": "/v1/jobs/cr_' in log
    assert secret not in log
