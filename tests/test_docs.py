"""The docs say what the code does: reference pages are current, what they name exists, their examples run."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.harness import running_service
from chainrule import load
from service.commands import chainrule
from tools import reference

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md"]
WALK = ROOT / "docs" / "from-post-to-weights.md"


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_reference_pages_are_current(name: str) -> None:
    """A setting, status, error code or component that is not documented fails here."""
    assert (reference.FOLDER / name).read_text() == reference.pages()[name], "run ./chainrule reference"


def test_every_command_is_documented() -> None:
    """A command that no page mentions is found by nobody."""
    text = "".join(page.read_text() for page in PAGES)

    missing = [name for name in chainrule.commands if f"chainrule {name}" not in text]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A dead link in the docs is a door painted on a wall."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_walk_names_functions_that_exist() -> None:
    """The walk from a POST to the weights is followed by newcomers: at most seven files, each as named."""
    steps = re.findall(r"^\| \d \| `([^`]+)` \| `([^`]+)`", WALK.read_text(), flags=re.MULTILINE)

    lost = [
        (file, name)
        for file, name in steps
        if f"def {name.rpartition('.')[2]}(" not in (ROOT / file).read_text()
    ]  # fmt: skip

    assert 0 < len(steps) <= 7
    assert lost == []


@pytest.mark.timeout(900)
def test_the_python_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of the page, in order, against a real service."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(), flags=re.DOTALL)
    printed, names = io.StringIO(), {}  # type: ignore[var-annotated]
    with running_service() as url, contextlib.redirect_stdout(printed):
        monkeypatch.chdir(tmp_path)
        for block in blocks:
            code = block.replace("http://127.0.0.1:8000", url).replace("examples/data", str(ROOT / "examples/data"))
            exec(compile(code, "docs/python.md", "exec"), names)  # noqa: S102  # our own page

    assert len(blocks) == 7
    assert printed.getvalue().count("versicolor") >= 2
    assert "'values': {'petal_length':" in printed.getvalue()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's block needs curl")
@pytest.mark.timeout(900)
def test_the_readme_can_be_pasted(tmp_path: Path) -> None:
    """The first thing a newcomer does is to paste the block; what it prints must be what the page shows."""
    block = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)[1]
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    shown = set(re.findall(r'"(\w+)":', "".join(line for line in block.splitlines() if line.startswith("{"))))
    with running_service() as url:
        script = "\n".join(["set -e", *commands]).replace("localhost:8000", url.removeprefix("http://"))
        script = script.replace("@examples/", f"@{ROOT}/examples/")
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert {key for key in shown if f'"{key}":' not in done.stdout} == set()
    assert '"label":"setosa"' in done.stdout  # far from the others, so that every drawn seed learns it
    assert load(tmp_path / "iris.safetensors").spec["target"] == "species"


@pytest.mark.timeout(900)
def test_the_demo_shows_both_networks() -> None:
    """The README's first command: both networks learn what they should, and nothing is left running."""
    done = subprocess.run(
        [sys.executable, "-m", "service", "demo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("validation accuracy") == 2
    assert done.stdout.count("loaded again without the service") == 2
