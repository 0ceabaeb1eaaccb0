"""Lint as a whole: every check is asked, and one that finds something fails it."""

import pytest

from tools import lint


def test_every_check_is_asked_and_one_that_finds_something_fails_lint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check that passes after one that failed must not hide it."""
    monkeypatch.setattr(lint, "PROGRAMS", {})
    monkeypatch.setattr(lint, "OWN_CHECKS", {"first": lambda _: ["a.py is wrong"], "second": lambda _: []})

    code = lint.run_lint()

    assert code == 1
    assert capsys.readouterr().out == "a.py is wrong\nfirst: FAILED\nsecond: ok\nfailed: first\n"


def test_a_program_that_fails_fails_lint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its own exit code is."""
    monkeypatch.setattr(lint, "PROGRAMS", {"sound": ["true"], "broken": ["false"]})
    monkeypatch.setattr(lint, "OWN_CHECKS", {})

    assert lint.run_lint() == 1


def test_nothing_found_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise lint could only fail."""
    monkeypatch.setattr(lint, "PROGRAMS", {"sound": ["true"]})
    monkeypatch.setattr(lint, "OWN_CHECKS", {"first": lambda _: []})

    assert lint.run_lint() == 0
