"""The command: `python -m tools.oracle FOLDER`, for a folder with Keras' sources, such as the installed package.

The tests run piece by piece, each within ten minutes on one processor. With `--verdicts FILE` what is found is kept
there, and pieces named with `--only` are run anew in it; `--page FILE` takes the table.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from service.environment import ROOT
from tools.oracle.table import page
from tools.oracle.verdicts import CLOSE, DIFFERS, read
from tools.oracle.watching import FILE

PIECES = (
    "losses", "metrics", "optimizers", "layers/activations", "layers/attention", "layers/convolutional", "layers/core",
    "layers/merging", "layers/normalization", "layers/pooling", "layers/preprocessing", "layers/regularization",
    "layers/reshaping", "layers/rnn", "layers/layer_test.py",
)  # fmt: skip
LEFT_OUT = "not quantize and not lora and not gptq and not awq and not int4 and not int8 and not float8"
SECONDS_EACH = 1200


def run(folder: Path, only: Sequence[str], verdicts: Path, to: Path | None) -> int:
    """Run pieces of Keras' tests, then write the table of all that is known; 1 where something differs."""
    source = next((each for each in (folder / "src", folder / "keras" / "src") if (each / "layers").is_dir()), None)
    if source is None:
        sys.exit(f"{folder} has no sources of Keras: neither src/layers nor keras/src/layers is there.")
    verdicts.mkdir(parents=True, exist_ok=True)
    for piece in only or PIECES:
        told = _run_piece(source, piece, verdicts / f"{piece.replace('/', '.')}.jsonl")
        sys.stderr.write(f"{piece}: {told}\n")
    found = [each for file in sorted(verdicts.glob("*.jsonl")) for each in read(file)]
    passed = [(verdicts / f"{piece.replace('/', '.')}.txt") for piece in PIECES]
    told = "; ".join(f"{file.stem} {file.read_text()}" for file in passed if file.exists())
    text = page(found, version=version("keras"), passed=told, close=CLOSE)
    sys.stdout.write(text) if to is None else to.write_text(text)
    return int(any(each.verdict == DIFFERS for each in found))


def _run_piece(source: Path, piece: str, lines: Path) -> str:
    """Run the tests of a folder or a file; keep and give how many passed."""
    lines.unlink(missing_ok=True)
    here = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", FILE: str(lines), "PYTHONPATH": str(ROOT)}
    flags = {"XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"}
    plugins = ["-p", "tools.oracle.watching", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options = ["-q", *plugins, "--continue-on-collection-errors", "-k", LEFT_OUT, "-c", os.devnull]
    command = [sys.executable, "-P", "-m", "pytest", *options, "--rootdir", str(source), str(source / piece)]
    done = subprocess.run(
        command, env={**os.environ, **flags, **here}, cwd=source, capture_output=True, text=True, timeout=SECONDS_EACH,
        check=False,
    )  # fmt: skip
    last = [line for line in done.stdout.splitlines() if line.strip()]
    told = re.findall(r"\d+ (?:passed|failed)", last[-1]) if last else []
    lines.with_suffix(".txt").write_text(" and ".join(reversed(told)) or "no tests")
    return last[-1].strip("= ") if last else done.stderr


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.oracle", description=__doc__)
    parser.add_argument("folder", type=Path, help="Keras' sources")
    parser.add_argument("--only", nargs="+", choices=PIECES, default=[], help="pieces to run")
    parser.add_argument("--verdicts", type=Path, help="folder in which what was found is kept")
    parser.add_argument("--page", type=Path, help="file for the table")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    with tempfile.TemporaryDirectory() as made:
        sys.exit(run(given.folder.resolve(), given.only, given.verdicts or Path(made), given.page))
