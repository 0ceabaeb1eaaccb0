"""A part that dies and a start that is broken off: the service says what happened and leaves nothing behind."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from service import guards
from service.supervisor import is_ready
from tests.acceptance.conftest import RunningService, running_service, starting_service
from tests.acceptance.test_killing import parent_of
from tests.observing import eventually

pytestmark = pytest.mark.xdist_group("acceptance-dying")


def api_of(service: RunningService) -> tuple[int, int]:
    """Give the pids of gunicorn's parent and child."""
    both = service.processes("gunicorn")
    (child,) = {pid for pid in both if parent_of(pid) in both}
    (parent,) = both - {child}
    return parent, child


@pytest.mark.parametrize(
    ("part", "name"),
    [(lambda service: api_of(service)[0], "api"), (lambda service: service.valkey(), "valkey")],
    ids=["api", "valkey"],
)
def test_a_part_that_cannot_be_replaced_ends_the_service(
    part: Callable[[RunningService], int], name: str, tmp_path: Path
) -> None:
    """Half a service would look like a whole one; an exit code other than 0 lets systemd start it anew."""
    with running_service(tmp_path / "home") as service:
        os.kill(part(service), signal.SIGKILL)
        code = service.process.wait(40)

        assert code == 1
        assert f"chainrule: {name} ended by itself (signal 9)" in service.said()
        assert "Traceback" not in service.said()
        assert service.processes() == set()
        with guards.only_one(service.home):
            pass


def test_the_api_outlives_its_killed_child(tmp_path: Path) -> None:
    """Gunicorn replaces the process that answers; a request that ran out of memory must not end every job."""
    with running_service(tmp_path / "home") as service:
        parent, child = api_of(service)
        os.kill(child, signal.SIGKILL)

        eventually(lambda: len(service.processes("gunicorn") - {parent, child}) == 1)
        eventually(lambda: is_ready(service.url))
        assert api_of(service)[0] == parent
        assert service.process.poll() is None


@pytest.mark.parametrize("part", ["valkey", "worker-1", "api"])
def test_a_start_that_is_broken_off_leaves_nothing(part: str, tmp_path: Path) -> None:
    """Ctrl-C at once is what follows a typing error; what was started up to then has to go as well."""
    with starting_service(tmp_path / "home") as service:
        eventually((service.home / "logs" / f"{part}.log").exists)
        code = service.stop(signal.SIGINT)

        assert code == 0
        assert service.said().splitlines()[-1] == "stopped"
        assert service.processes() == set()
        with guards.only_one(service.home):
            pass
