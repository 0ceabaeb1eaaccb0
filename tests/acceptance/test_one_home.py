"""A second service where one runs already."""

from pathlib import Path

import httpx2 as httpx
import pytest

from chainrule import Client
from tests.acceptance.conftest import RunningService, running_service, starting_service


def test_a_second_service_on_the_same_home_is_refused(service: RunningService) -> None:
    """It says who holds the folder, and does not touch what runs."""
    with pytest.raises(AssertionError, match=str(service.process.pid)), running_service(service.home):
        pass

    with Client(service.url, api_key="") as client:
        assert client.transport.json("GET", "/readyz")["status"] == "ready"


def test_a_second_service_on_the_same_port_is_refused(service: RunningService, tmp_path: Path) -> None:
    """One sentence that names the port, before anything is started that would have to be stopped again."""
    port = httpx.URL(service.url).port or 0

    with starting_service(tmp_path / "other", port=port) as second:
        code = second.process.wait(200)

    (sentence,) = second.said().splitlines()
    assert code == 1
    assert sentence.startswith(f"chainrule: Port {port} ")
    assert not (second.home / "logs").exists()
    assert not (second.home / "chainrule.db").exists()
