"""The script at the root: what it installs, when, and what it says where it cannot."""

import ast
import hashlib
import json
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from service.environment import ROOT


class Bootstrap:
    """The script on a folder of its own, with the installers replaced by a note of what they were asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.script = load()
        self.folder, self.installed = folder, list[list[str]]()
        self.has_uv = True
        self.lock("one")
        for name, value in {
            "ROOT": folder,
            "VENV": folder / ".venv",
            "STAMP": folder / ".venv" / "chainrule-stamp.json",
            "PYTHON": folder / ".venv" / "bin" / "python",
            "find_uv": lambda: ["uv"] if self.has_uv else None,
            "sync_with_uv": lambda _uv, groups: self.install(groups),
            "install_with_pip": self.install,
        }.items():
            monkeypatch.setattr(self.script, name, value)

    def lock(self, text: str) -> None:
        """Write another lock."""
        (self.folder / "uv.lock").write_text(text)

    def install(self, groups: list[str]) -> None:
        """Do what an installer leaves behind."""
        (self.folder / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (self.folder / ".venv" / "bin" / "python").touch()
        (self.folder / ".venv" / "lib" / "python3.12" / "site-packages").mkdir(parents=True, exist_ok=True)
        self.installed.append(list(groups))

    def stamp(self) -> dict[str, object]:
        """Read what the environment is said to be made from."""
        found: dict[str, object] = json.loads(self.script.STAMP.read_text())
        return found


def load() -> ModuleType:
    """Load the script, which has no suffix, as a module."""
    loader = SourceFileLoader("bootstrap", str(ROOT / "chainrule"))
    spec = spec_from_loader("bootstrap", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bootstrap:
    """Give the script a folder of its own."""
    return Bootstrap(tmp_path, monkeypatch)


def test_the_first_call_installs_and_stamps(bootstrap: Bootstrap) -> None:
    """The stamp is the hash of the lock that was installed."""
    bootstrap.script.prepare(())

    assert bootstrap.installed == [[]]
    assert bootstrap.stamp() == {"lock": hashlib.sha256(b"one").hexdigest(), "groups": []}


def test_the_second_call_installs_nothing(bootstrap: Bootstrap) -> None:
    """A command that starts at once is used more."""
    bootstrap.script.prepare(())
    bootstrap.script.prepare(())

    assert len(bootstrap.installed) == 1


def test_a_changed_lock_installs_again(bootstrap: Bootstrap) -> None:
    """After a pull the environment follows."""
    bootstrap.script.prepare(("test",))
    bootstrap.lock("two")
    bootstrap.script.prepare(())

    assert bootstrap.installed == [["test"], []]
    assert bootstrap.stamp()["lock"] == hashlib.sha256(b"two").hexdigest()


def test_an_environment_only_grows(bootstrap: Bootstrap) -> None:
    """`bench` after `test` must not take away what the next `test` would fetch again."""
    bootstrap.script.prepare(("test",))
    bootstrap.script.prepare(("references",))
    bootstrap.script.prepare(("test",))
    bootstrap.script.prepare(())

    assert bootstrap.installed == [["test"], ["references", "test"]]


def test_a_removed_environment_is_made_again(bootstrap: Bootstrap) -> None:
    """The stamp alone proves nothing."""
    bootstrap.script.prepare(())
    bootstrap.script.PYTHON.unlink()
    bootstrap.script.prepare(())

    assert len(bootstrap.installed) == 2


def test_another_python_behind_the_same_name_is_noticed(bootstrap: Bootstrap) -> None:
    """An upgrade of the system replaces python3; what was installed for the old one is not found by the new one."""
    bootstrap.script.prepare(())
    for name in ("python3.12", "python3.14"):
        (bootstrap.folder / name).touch()
        bootstrap.script.PYTHON.unlink()
        bootstrap.script.PYTHON.symlink_to(bootstrap.folder / name)
        bootstrap.script.prepare(())

    assert len(bootstrap.installed) == 2


def test_a_set_up_that_fails_leaves_no_stamp(bootstrap: Bootstrap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an environment must not pass for a whole one."""
    bootstrap.script.prepare(())
    bootstrap.lock("two")

    def fail(*_: object) -> None:
        raise SystemExit("no index")

    monkeypatch.setattr(bootstrap.script, "sync_with_uv", fail)
    with pytest.raises(SystemExit):
        bootstrap.script.prepare(())

    assert not bootstrap.script.STAMP.exists()


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", '{"lock": 1}'])
def test_a_damaged_stamp_counts_as_none(text: str, bootstrap: Bootstrap) -> None:
    """An interrupted write must not need a person to repair it."""
    bootstrap.install([])
    bootstrap.script.STAMP.write_text(text)

    bootstrap.script.prepare(())

    assert len(bootstrap.installed) == 2
    assert bootstrap.stamp()["groups"] == []


def test_pip_stands_in_for_uv(bootstrap: Bootstrap) -> None:
    """Where no uv can be had, the hashed export of the same lock is installed."""
    bootstrap.has_uv = False
    bootstrap.script.prepare(())

    assert bootstrap.installed == [[]]


def test_our_source_is_on_the_path(bootstrap: Bootstrap) -> None:
    """Our packages are not installed, so that an edit counts at once."""
    bootstrap.script.prepare(())

    site = bootstrap.folder / ".venv" / "lib" / "python3.12" / "site-packages"
    lines = (site / "chainrule-source.pth").read_text().splitlines()
    assert lines == [str(bootstrap.folder), str(bootstrap.folder / "client" / "src")]


def test_a_moved_folder_is_followed(bootstrap: Bootstrap) -> None:
    """Without this the old place would be searched: for nothing, or for code that nobody edits any more."""
    bootstrap.script.prepare(())
    site = bootstrap.folder / ".venv" / "lib" / "python3.12" / "site-packages"
    (site / "chainrule-source.pth").write_text("/before/the/move\n")

    bootstrap.script.prepare(())

    assert len(bootstrap.installed) == 1
    assert (site / "chainrule-source.pth").read_text().splitlines()[0] == str(bootstrap.folder)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1), (3, 14, 8), (3, 15, 0)])
def test_these_pythons_will_do(version: tuple[int, ...]) -> None:
    """What the lock was made for."""
    script = load()

    assert script.objection(version) is None
    assert not script.reservation(version)


@pytest.mark.parametrize("version", [(3, 16, 0), (4, 0, 0)])
def test_a_newer_python_is_tried(version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal would outlive the day on which the last wheel appears; where one is missing, the failure says so."""
    script = load()
    monkeypatch.setattr(script, "sys", SimpleNamespace(version_info=version, argv=sys.argv, exit=sys.exit))

    with pytest.raises(SystemExit) as left:
        script.run(["false"], "no package")

    assert script.objection(version) is None
    assert "no package" in str(left.value)
    assert f"for Python {script.spell(version)}: the lock was made for 3.11 to 3.15" in str(left.value)


@pytest.mark.parametrize("version", [(3, 7, 17), (3, 8, 18), (3, 10, 0)])
def test_older_pythons_are_told(version: tuple[int, ...]) -> None:
    """The sentence names what was found, what is needed and what to try."""
    said = load().objection(version)

    assert ".".join(map(str, version)) in said
    assert "3.11 or newer" in said


def test_an_older_python_can_read_the_script() -> None:
    """A sentence that an older Python cannot reach helps nobody."""
    source = (ROOT / "chainrule").read_text()
    ast.parse(source, feature_version=(3, 7))

    assert source.index("from __future__ import annotations") < source.index("\ndef ")


def test_the_command_line_is_reached() -> None:
    """From the script to the command, in the environment that runs these tests."""
    stamp = ROOT / ".venv" / "chainrule-stamp.json"
    if Path(sys.prefix) != ROOT / ".venv" or not stamp.exists():
        pytest.skip("these tests do not run in the environment that the script makes")

    said = subprocess.run([ROOT / "chainrule", "--version"], capture_output=True, text=True, check=True, timeout=300)

    assert said.stdout.startswith("chainrule, version")


def test_the_folder_of_the_caller_is_not_searched(tmp_path: Path) -> None:
    """Many projects have an `app` or a `service` of their own, and the command is typed there."""
    stamp = ROOT / ".venv" / "chainrule-stamp.json"
    if Path(sys.prefix) != ROOT / ".venv" or not stamp.exists():
        pytest.skip("these tests do not run in the environment that the script makes")
    (tmp_path / "service.py").write_text("raise SystemExit('not this one')")

    said = subprocess.run(
        [ROOT / "chainrule", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=300
    )

    assert said.stdout.startswith("chainrule, version")


@pytest.mark.parametrize("has_ensurepip", [True, False])
def test_pip_alone_makes_an_environment(
    *, has_ensurepip: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's Python may have pip and no ensurepip: then the pip outside fills the environment."""
    script, made = load(), list[bool]()
    monkeypatch.setattr(script, "VENV", tmp_path)
    monkeypatch.setattr(script, "PYTHON", tmp_path / "bin" / "python")

    def create(_folder: Path, *, with_pip: bool, clear: bool) -> None:
        made.append(with_pip and clear)
        if with_pip and not has_ensurepip:
            raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr("venv.create", create)
    inside, outside = str(script.PYTHON), sys.executable

    pip = script.make_venv()

    assert pip == ([inside, "-m", "pip"] if has_ensurepip else [outside, "-m", "pip", "--python", inside])
    assert made == ([True] if has_ensurepip else [True, False])
