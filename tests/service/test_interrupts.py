"""Signals at the wrong moment."""

import os
import signal
from collections.abc import Iterator

import pytest

from service.interrupts import STOPS, Stopping, undisturbed


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """Give the handlers back that pytest had."""
    before = {number: signal.getsignal(number) for number in STOPS}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", STOPS)
def test_a_signal_waits_until_the_step_is_done(number: signal.Signals) -> None:
    """A process that was started and not noted would stay behind."""
    Stopping()
    steps = []

    def step() -> None:
        with undisturbed():
            os.kill(os.getpid(), number)
            steps.append("done")

    with pytest.raises(KeyboardInterrupt):
        step()

    assert steps == ["done"]


def test_a_second_signal_changes_nothing() -> None:
    """People press Ctrl-C twice; the second must not cut the stopping short."""
    stopping = Stopping()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)

    os.kill(os.getpid(), signal.SIGINT)

    assert stopping.asked


def test_a_closed_terminal_is_ignored_under_nohup() -> None:
    """Who starts a service with `nohup` closes the terminal next."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopping = Stopping()

    os.kill(os.getpid(), signal.SIGHUP)

    assert not stopping.asked


def test_an_ignored_signal_hides_no_other() -> None:
    """Both arrive while a step is done; the one that counts is not lost behind the one that does not."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    Stopping()

    def step() -> None:
        with undisturbed():
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        step()


def test_without_a_signal_nothing_is_changed() -> None:
    """The handlers are those that were there before."""
    before = [signal.getsignal(number) for number in STOPS]

    with undisturbed():
        pass

    assert [signal.getsignal(number) for number in STOPS] == before
