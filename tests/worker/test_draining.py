"""The flag by which a parent process tells its children to stop."""

import os

from worker.draining import DrainFlag


def test_a_child_sees_what_its_parent_raised_after_the_fork() -> None:
    """The child trains while the parent gets SIGTERM."""
    flag = DrainFlag()
    go_read, go_write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        os.read(go_read, 1)
        os._exit(10 if flag else 20)

    flag.hoist()
    os.write(go_write, b"x")

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 10


def test_a_new_flag_is_down() -> None:
    """A worker must train before anybody asks it to stop."""
    assert not DrainFlag()
