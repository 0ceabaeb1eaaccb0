"""What stops a start before anything is started."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import guards
from service.environment import ROOT
from service.errors import CannotStart, Refused
from store import Settings, api_keys
from store.database.database import Database
from tests.processes import free_port

HOLD = """
import sys, time
from pathlib import Path
from service import guards
with guards.only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """Open a migrated database."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Listen somewhere."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_a_taken_port_is_named(taken_port: int) -> None:
    """The message tells which port and which option."""
    with pytest.raises(CannotStart, match=rf"{taken_port}.*--port"):
        guards.check_port("127.0.0.1", taken_port)


def test_a_port_just_left_can_be_used() -> None:
    """A restart must not wait for the connections of the service before it to be forgotten."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0]:
            pass

    guards.check_port("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused() -> None:
    """A typing error in --host is told as such, before workers are started."""
    with pytest.raises(CannotStart, match=r"192\.0\.2\.1"):
        guards.check_port("192.0.2.1", free_port())


def test_a_home_is_held_by_one(tmp_path: Path) -> None:
    """Two services on one SQLite file would both believe that they are alone."""
    with (
        guards.only_one(tmp_path),
        pytest.raises(CannotStart, match=rf"{os.getpid()}.*CHAINRULE_HOME"),
        guards.only_one(tmp_path),
    ):
        pass


def test_a_home_is_free_again_afterwards(tmp_path: Path) -> None:
    """The file stays, empty: removing it would let one service hold the removed file and another a new one."""
    with guards.only_one(tmp_path):
        inode = (tmp_path / "lock").stat().st_ino
    with guards.only_one(tmp_path):
        again = (tmp_path / "lock").stat().st_ino

    assert again == inode
    assert (tmp_path / "lock").read_text() == ""


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """After a power cut nobody has to remove a file by hand."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(CannotStart, match=str(holder.pid)), guards.only_one(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    with guards.only_one(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The folder is the first thing that the service needs."""
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match="CHAINRULE_HOME"), guards.only_one(tmp_path / "file" / "home"):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_needs_no_key(host: str, settings: Settings, sqlite: Database) -> None:
    """Whoever tries the service at home should not have to make keys."""
    guards.check_key(host, settings, sqlite)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.7", "example.org", "127.0.0.1.example.org"])  # noqa: S104  # refused, not bound
def test_others_need_a_key(host: str, settings: Settings, sqlite: Database) -> None:
    """Nobody opens their service to a network by accident."""
    with pytest.raises(Refused, match="keys create"):
        guards.check_key(host, settings, sqlite)


def test_a_key_in_the_settings_is_enough(sqlite: Database, tmp_path: Path) -> None:
    """Containers are given their key by the environment."""
    settings = Settings(home=tmp_path, database_url="sqlite:///unused", api_key="0123456789abcdef")

    guards.check_key("0.0.0.0", settings, sqlite)  # noqa: S104  # asked, not bound


def test_a_living_key_in_the_database_is_enough(settings: Settings, sqlite: Database) -> None:
    """A revoked key protects nothing."""
    with sqlite.transaction() as session:
        key_id = api_keys.create(session, name="laptop")[0].id

    guards.check_key("0.0.0.0", settings, sqlite)  # noqa: S104  # asked, not bound

    with sqlite.transaction() as session:
        api_keys.revoke(session, key_id)
    with pytest.raises(Refused):
        guards.check_key("0.0.0.0", settings, sqlite)  # noqa: S104  # asked, not bound


def test_what_is_written_is_for_our_eyes(tmp_path: Path) -> None:
    """Rows of people stand in the home folder; other users of the machine have no business there."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    code = "import sys; from pathlib import Path; from service.guards import keep_private; "
    code += "home = Path(sys.argv[1]); keep_private(home); (home / 'rows').write_text('1'); (home / 'blobs').mkdir()"

    subprocess.run([sys.executable, "-c", code, str(home)], cwd=ROOT, check=True)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (home, home / "rows", home / "blobs")]
    assert modes == [0o700, 0o600, 0o700]


def test_a_home_that_is_not_there_yet_is_no_trouble(tmp_path: Path) -> None:
    """The first start makes it."""
    before = os.umask(0o022)
    try:
        guards.keep_private(tmp_path / "new")
    finally:
        os.umask(before)

    assert not (tmp_path / "new").exists()
