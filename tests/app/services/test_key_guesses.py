"""Guesses of keys: counted for each address, forgotten after a quiet minute."""

from app.services.key_guesses import MOST_GUESSES, QUIET_SECONDS, KeyGuesses


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def guessing(guesses: KeyGuesses, address: str, count: int) -> None:
    """Send wrong keys."""
    for number in range(count):
        if not guesses.are_too_many(address, f"wrong {number}"):
            guesses.note_wrong(address)


def test_an_address_is_refused_after_many_and_others_are_not() -> None:
    """Whoever guesses stands alone."""
    guesses = KeyGuesses()
    guessing(guesses, "192.0.2.1", MOST_GUESSES - 1)

    before = guesses.are_too_many("192.0.2.1", "next")
    guesses.note_wrong("192.0.2.1")

    assert not before
    assert guesses.are_too_many("192.0.2.1", "next")
    assert not guesses.are_too_many("192.0.2.2", "next")


def test_a_quiet_minute_ends_it_and_another_guess_prolongs_it() -> None:
    """Trying on does not help."""
    clock = Clock()
    guesses = KeyGuesses(clock)
    guessing(guesses, "192.0.2.1", MOST_GUESSES)

    clock.now = QUIET_SECONDS - 1
    tried_on = guesses.are_too_many("192.0.2.1", "again")
    clock.now += QUIET_SECONDS - 1
    still = guesses.are_too_many("192.0.2.1", "again")
    clock.now += QUIET_SECONDS + 1

    assert (tried_on, still) == (True, True)
    assert not guesses.are_too_many("192.0.2.1", "again")


def test_a_key_that_was_right_goes_on_working() -> None:
    """Two people behind one router: one guesses, the other works."""
    guesses = KeyGuesses()
    guesses.note_right("right")
    guessing(guesses, "192.0.2.1", MOST_GUESSES)

    assert not guesses.are_too_many("192.0.2.1", "right")
