"""Child processes: stopped in time whatever they do, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service.environment import ROOT
from service.errors import CannotStart
from service.parts import Part
from tests.observing import PROMPTLY, eventually, is_alive

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
SUPERVISOR = """
import sys, time
from pathlib import Path
from service.parts import Part
part = Part(name="child", command=[sys.executable, "-c", "import time; time.sleep(60)"], environment={},
            log=Path(sys.argv[1]), stop_seconds=1)
print(part.start().process.pid, flush=True)
time.sleep(60)
"""


def part_of(code: str, folder: Path, *, stop_seconds: float = 5, stdin: str | None = None) -> Part:
    """Describe a part that runs a few lines of Python."""
    return Part(
        name="part",
        command=[sys.executable, "-c", code],
        environment=dict(os.environ),
        log=folder / "logs" / "part.log",
        stop_seconds=stop_seconds,
        stdin=stdin,
    )


def test_a_part_that_listens_is_asked(tmp_path: Path) -> None:
    """SIGTERM first: a worker has to bring its job to a good end."""
    running = part_of("import time; time.sleep(60)", tmp_path).start()

    running.stop()

    assert running.exit_code == -signal.SIGTERM


def test_a_part_that_does_not_listen_is_killed_in_time(tmp_path: Path) -> None:
    """Ctrl-C has to end everything, within a time that can be told."""
    running = part_of(DEAF, tmp_path, stop_seconds=0.5).start()
    eventually(lambda: "deaf" in running.last_words())
    began = time.monotonic()

    running.stop()

    assert 0.5 <= time.monotonic() - began < 0.5 + PROMPTLY
    assert running.exit_code == -signal.SIGKILL


def test_the_children_of_a_killed_part_go_too(tmp_path: Path) -> None:
    """A Celery parent that is killed leaves a child that trains."""
    running = part_of(WITH_CHILD, tmp_path).start()
    eventually(lambda: running.last_words().strip())
    child = int(running.last_words())
    running.process.kill()
    running.process.wait()
    assert is_alive(child)

    running.stop()

    eventually(lambda: not is_alive(child))


def test_a_part_dies_with_its_parent(tmp_path: Path) -> None:
    """A killed supervisor cannot stop anything, so the kernel does it."""
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "log")]
    supervisor = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    with supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        assert is_alive(child)
        supervisor.kill()

    eventually(lambda: not is_alive(child))


def test_stopping_twice_does_no_harm(tmp_path: Path) -> None:
    """A worker that died is stopped once when it is noticed and once at the end."""
    running = part_of("", tmp_path).start()
    eventually(lambda: running.exit_code == 0)

    running.stop()
    running.stop()

    assert running.exit_code == 0


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The name of the part tells an operator more than a traceback."""
    part = Part(name="valkey", command=["/nowhere"], environment={}, log=tmp_path / "log", stop_seconds=1)

    with pytest.raises(CannotStart, match=r"valkey.*/nowhere"):
        part.start()


def test_a_part_that_reads_nothing_is_still_started(tmp_path: Path) -> None:
    """One that ends at once says why in its log; a broken pipe would hide that."""
    running = part_of("import sys; sys.stdin.close(); print('no')", tmp_path, stdin="x" * 1_000_000).start()

    eventually(lambda: running.exit_code is not None)
    assert running.last_words() == "no"


def test_the_last_words_are_the_last(tmp_path: Path) -> None:
    """The end of a log says why something died; the rest of it would bury that."""
    running = part_of("for i in range(100): print(i)", tmp_path).start()
    running.process.wait()

    assert running.last_words(lines=2) == "98\n99"
