"""The command: `python -m tools.oracle FOLDER [PAGE]`, for a folder with Keras' sources, such as pip's package."""

import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from service.environment import ROOT
from tools.oracle.table import page
from tools.oracle.verdicts import DIFFERS, read
from tools.oracle.watching import FILE

PARTS = ("layers", "losses", "metrics", "optimizers")
LEFT_OUT = "not quantize and not lora and not gptq and not awq"  # numbers of few bits are another subject
SECONDS_EACH = 1800


def run(folder: Path, to: Path | None) -> int:
    """Run Keras' tests part by part, then write the table; 1 where something differs."""
    source = next((each for each in (folder / "src", folder / "keras" / "src") if (each / "layers").is_dir()), None)
    if source is None:
        sys.exit(f"{folder} has no sources of Keras: neither src/layers nor keras/src/layers is there.")
    with tempfile.TemporaryDirectory() as made:
        lines = Path(made) / "verdicts.jsonl"
        told = [_run_part(source / part, lines) for part in PARTS]
        verdicts = read(lines)
    text = page(verdicts, version=version("keras"), passed="; ".join(told))
    sys.stdout.write(text) if to is None else to.write_text(text)
    return int(any(each.verdict == DIFFERS for each in verdicts))


def _run_part(part: Path, lines: Path) -> str:
    """Run the tests of a folder; give pytest's last line."""
    here = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", FILE: str(lines), "PYTHONPATH": str(ROOT)}
    flags = {"XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"}
    options = [
        "-q",
        "-p",
        "tools.oracle.watching",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--continue-on-collection-errors",
        "-k",
        LEFT_OUT,
    ]
    command = [sys.executable, "-P", "-m", "pytest", *options, "-c", os.devnull, "--rootdir", str(part), str(part)]
    done = subprocess.run(
        command, env={**os.environ, **flags, **here}, cwd=part, capture_output=True, text=True, timeout=SECONDS_EACH,
        check=False,
    )  # fmt: skip
    last = [line for line in done.stdout.splitlines() if line.strip()]
    return f"{part.name}: {last[-1].strip('= ') if last else 'no tests'}"


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    sys.exit(run(Path(sys.argv[1]).resolve(), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
