"""Calibration: what work costs on this machine, measured in a process of its own while nothing else is to do.

The figures are kept in the home folder for as long as the machine and its libraries stay the same.

    python -m worker.upkeep.calibration numpy     # measures with these kernels, and prints the figures as JSON
"""

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import specs
from neural.engine import backend
from worker.process.environment import fingerprint

FILE = "calibration.json"


class Calibrating:
    """Starts the measuring process, and has the figures when it has ended; neither call waits."""

    def __init__(self, home: Path) -> None:
        """Look for figures of before."""
        self._file = home / FILE
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False
        self.found = self._kept()

    def go_on(self) -> None:
        """Start, or see whether the process has ended; one that failed is not started again."""
        if self.found is not None or self._is_over:
            return
        if self._process is None:
            command = [sys.executable, "-m", "worker.upkeep.calibration", backend.chosen().split()[0]]
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        elif self._process.poll() is not None:
            self._is_over = True
            said, _ = self._process.communicate()
            with suppress(ValueError, KeyError):
                # The figures are for this process: its threads decide when they are used again.
                self.found = read(json.loads(said)) | {"environment": fingerprint()}
                self._keep(json.dumps(self.found).encode())

    def stop(self) -> None:
        """End a measurement that is under way."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def _kept(self) -> dict[str, Any] | None:
        """Read the file; one of another machine, or one that is damaged, counts for nothing."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._file.read_text())
            return read(kept) if kept["environment"] == fingerprint() else None
        return None

    def _keep(self, said: bytes) -> None:
        """Replace the file at once, so that nobody reads half of it; without a place for it, it is measured again."""
        with suppress(OSError), tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as file:
            file.write(said)
            Path(file.name).replace(self._file)


def read(told: dict[str, Any]) -> dict[str, Any]:
    """Take over what can be understood; raises KeyError or ValueError for anything else."""
    return {**specs.Calibration.from_json(told).to_json(), "environment": told["environment"]}


def main() -> None:
    """Measure as the worker will train."""
    backend.choose(sys.argv[1])
    sys.stdout.write(json.dumps({**specs.calibrate().to_json(), "environment": fingerprint()}))


if __name__ == "__main__":
    main()
