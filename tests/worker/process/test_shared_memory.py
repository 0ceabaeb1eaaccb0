"""The memory that a worker's parent and child share."""

import os
from collections.abc import Callable

from worker.process.shared_memory import Held, SharedMemory


def in_a_child(act: Callable[[], int]) -> int:
    """Give what a forked process answers."""
    child = os.fork()
    if child == 0:
        os._exit(act())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_child_sees_what_its_parent_asks_after_the_fork() -> None:
    """The child trains while the parent gets SIGTERM."""
    shared = SharedMemory()
    go_read, go_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(go_read, 1)
        os._exit(10 if shared.is_stopping else 20)

    shared.ask_to_stop()
    os.write(go_write, b"x")

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 10


def test_what_a_killed_child_held_is_known_to_the_next() -> None:
    """The next child gives the job back at once instead of after twenty silent seconds."""
    shared = SharedMemory()
    job_id = "job_01jd8x0000000000000000000q"

    in_a_child(lambda: shared.hold(job_id, 7) or 0)

    held = shared.held()
    assert held is not None
    assert (held.job_id, held.fence) == (job_id, 7)
    assert in_a_child(lambda: 0 if shared.held() == held else 1) == 0


def test_a_child_that_finished_leaves_nothing() -> None:
    """A job that ended must not be given back."""
    shared = SharedMemory()
    shared.hold("job_x", 1)
    assert shared.held() == Held(os.getpid(), "job_x", 1)

    shared.let_go()

    assert shared.held() is None
    assert not shared.is_stopping


def test_a_stop_here_does_not_stop_the_successor() -> None:
    """One child that is told to go must not leave a worker that never works again."""
    shared = SharedMemory()

    in_a_child(lambda: shared.ask_to_stop_here() or 0)

    assert not shared.is_stopping
    shared.ask_to_stop_here()
    assert shared.is_stopping
