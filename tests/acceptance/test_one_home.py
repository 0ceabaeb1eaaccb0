"""A second service where one runs already."""

import pytest

from chainrule import Client
from tests.acceptance.conftest import RunningService, running_service


def test_a_second_service_on_the_same_home_is_refused(service: RunningService) -> None:
    """It says who holds the folder, and does not touch what runs."""
    with pytest.raises(AssertionError, match=str(service.process.pid)), running_service(service.home):
        pass

    with Client(service.url, api_key="") as client:
        assert client.transport.json("GET", "/readyz")["status"] == "ready"
