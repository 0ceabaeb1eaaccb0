"""The examination finds what is wrong, and says what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from service import doctor
from service.doctor import examine
from store import Settings
from store.database.database import Database
from store.database.migrations import migrate
from tests.processes import free_port


def test_a_good_installation_is_well(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 is what a script looks at."""
    assert examine(settings) == 0
    assert "all is well" in capsys.readouterr().out


def test_a_private_redis_is_found(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a setting the program that would be started is named."""
    assert examine(replace(settings, redis_url=None)) == 0
    assert "a private one, from /" in capsys.readouterr().out


def test_a_redis_that_is_away_is_found(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Jobs would be accepted and nobody would be told."""
    code = examine(replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0"))

    assert code == 1
    assert "CHAINRULE_REDIS_URL" in capsys.readouterr().out


def test_tables_of_another_version_are_found(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fix is one command."""
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(old)
    with old.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    code = examine(replace(settings, database_url=old.url))

    old.close()
    assert code == 1
    assert "./chainrule migrate" in capsys.readouterr().out


def test_a_package_that_is_not_as_locked_is_found(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody upgraded one by hand; what belongs to another system is no finding."""
    export = "numpy==1.0 \\\n    --hash=sha256:00\ncolorama==0.1 ; sys_platform == 'win32' \\\nnowhere-to-be-found==2\n"
    (tmp_path / "requirements.txt").write_text(export)
    monkeypatch.setattr(doctor, "EXPORT", tmp_path / "requirements.txt")

    code = doctor.examine(settings)

    said = capsys.readouterr().out
    assert code == 1
    assert "remove .venv" in said
    assert "numpy" in said
    assert "nowhere-to-be-found missing" in said
    assert "colorama" not in said


def test_a_clock_that_goes_wrong_is_found(empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats need no clock, but times of jobs and keys do; any gap is larger than none at all."""
    database = Database(empty_postgres_url)

    fine = doctor.clock(database)
    monkeypatch.setattr(doctor, "LARGEST_CLOCK_GAP_SECONDS", -1.0)
    wrong = doctor.clock(database)

    database.close()
    assert fine.advice is None
    assert wrong.advice is not None


def test_an_empty_database_needs_nothing_done(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A newcomer has one: the first start makes its tables."""
    code = examine(replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"))

    assert "./chainrule migrate" not in capsys.readouterr().out
    assert code == 0


def test_a_database_that_is_away_is_found(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """A finding, not a traceback: the rest of the examination goes on."""
    code = examine(replace(settings, database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"))

    said = capsys.readouterr().out
    assert code == 1
    assert "CHAINRULE_DATABASE_URL" in said
    assert "examples" in said


def test_a_home_that_cannot_be_written_is_found(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Read-only file systems are common in containers."""
    (tmp_path / "file").touch()

    code = examine(replace(settings, home=tmp_path / "file" / "home"))

    assert code == 1
    assert "CHAINRULE_HOME" in capsys.readouterr().out
