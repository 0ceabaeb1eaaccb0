"""The command line as its users see it: words, exit codes, and nothing else."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.commands import chainrule
from service.environment import ROOT
from service.interrupts import STOPS
from store import api_keys
from store.database.database import Database
from tests.processes import free_port


class Shell:
    """Runs `chainrule` commands in this process, on a home of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *arguments: str, **environment: str) -> Result:
        """Run one command to its end; a failure that does not explain itself is raised."""
        ours = {"CHAINRULE_HOME": str(self.home), **environment}
        return CliRunner().invoke(chainrule, arguments, env=ours, catch_exceptions=False)

    def database(self) -> Database:
        """Open its database."""
        return Database(f"sqlite:///{self.home / 'chainrule.db'}")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Give a shell in an empty folder; `up` listens to signals, which pytest wants back."""
    monkeypatch.chdir(tmp_path)
    before = {number: signal.getsignal(number) for number in STOPS}
    yield Shell(tmp_path)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_keys_are_made_listed_and_revoked(shell: Shell) -> None:
    """Only the secret goes to standard output, so that a script can take it; it is never shown again."""
    made = shell.run("keys", "create", "--name", "laptop")
    listed = shell.run("keys", "list")
    key_id = listed.stdout.split()[0]
    revoked = shell.run("keys", "revoke", key_id)
    afterwards = shell.run("keys", "list")

    secret = made.stdout.strip()
    assert secret.startswith("cr_")
    assert secret not in listed.stdout + made.stderr
    assert "laptop" in listed.stdout
    assert " valid " in listed.stdout
    assert revoked.exit_code == 0
    assert " revoked " in afterwards.stdout
    database = shell.database()
    with database.reading() as session:
        assert api_keys.verify(session, secret) is None
    database.close()


def test_an_unknown_key_is_told(shell: Shell) -> None:
    """Revoking nothing must not look like revoking something."""
    refused = shell.run("keys", "revoke", "key_unknown")

    assert refused.exit_code == 1
    assert "key_unknown" in refused.stderr


def test_other_machines_are_kept_out_without_a_key(tmp_path: Path) -> None:
    """78 is EX_CONFIG: a supervisor like systemd can be told not to try again. The one real process of this file."""
    command = [sys.executable, "-m", "service", "up", "--host", "0.0.0.0", "--port", str(free_port())]  # noqa: S104  # refused
    environment = {**os.environ, "CHAINRULE_HOME": str(tmp_path)}

    refused = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert refused.returncode == 78
    assert "keys create" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_ends_the_start(shell: Shell) -> None:
    """Nothing is started when the last step could not work."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = str(listener.getsockname()[1])
        refused = shell.run("up", "--port", taken)

    assert refused.exit_code == 1
    assert taken in refused.stderr
    assert not (shell.home / "logs").exists()


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("CHAINRULE_DATABASE_URL", "mysql://host/name"),
        ("CHAINRULE_MAX_UPLOAD_BYTES", "much"),
        ("CHAINRULE_API_KEY", "short"),
        ("CHAINRULE_DATABASE_ULR", "sqlite:////tmp/x.db"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, text: str, shell: Shell) -> None:
    """The service does not run on a default that nobody asked for."""
    refused = shell.run("up", **{variable: text})

    assert refused.exit_code == 78
    assert variable in refused.stderr


def test_a_database_that_is_away_is_told(shell: Shell) -> None:
    """No traceback, and no password in what is printed."""
    url = f"postgresql://user:hidden-word@127.0.0.1:{free_port()}/name"

    refused = shell.run("up", "--port", str(free_port()), CHAINRULE_DATABASE_URL=url)

    assert refused.exit_code == 1
    assert "chainrule:" in refused.stderr
    assert "hidden-word" not in refused.stderr


def test_migrating_tells_the_revision(shell: Shell) -> None:
    """A second time changes nothing."""
    first, second = shell.run("migrate"), shell.run("migrate")

    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout
    assert "revision" in first.stdout


@pytest.mark.parametrize("part", [("api", "--port", "1"), ("worker",)], ids=lambda part: str(part[0]))
def test_a_part_alone_needs_a_redis(part: tuple[str, ...], shell: Shell) -> None:
    """`up` brings one; a container without the setting would end in a traceback of a library."""
    refused = shell.run(*part)

    assert refused.exit_code == 78
    assert "CHAINRULE_REDIS_URL" in refused.stderr


@pytest.mark.parametrize("part", [("api", "--port", "1"), ("worker",)], ids=lambda part: str(part[0]))
def test_a_part_alone_needs_tables(part: tuple[str, ...], shell: Shell) -> None:
    """The sentence names the command that makes them."""
    refused = shell.run(*part, CHAINRULE_REDIS_URL="redis://127.0.0.1:1/0")

    assert refused.exit_code == 1
    assert "./chainrule migrate" in refused.stderr


class WithoutTools:
    """Hides the developers' tools, whatever folders are searched: a command that found them would run."""

    def find_spec(self, name: str, *_: object) -> None:
        """Know no `tools`; leave every other name to the next."""
        if name.partition(".")[0] == "tools":
            raise ModuleNotFoundError(name="tools")


@pytest.mark.parametrize("command", ["test", "lint", "bench", "faults", "attack", "reference"])
def test_an_installation_without_developers_tools_says_so(
    command: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image leaves tools/ out; whoever tries there learns where these commands run."""
    for module in [name for name in sys.modules if name.partition(".")[0] == "tools"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(sys, "meta_path", [WithoutTools(), *sys.meta_path])

    refused = shell.run(command)

    assert refused.exit_code == 1
    assert "tools/" in refused.stderr
