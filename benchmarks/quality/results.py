"""Results by table, seed and recipe, kept in a file of JSON lines: one recipe can be run again alone."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What one recipe reached on one table split by one seed."""

    table: str
    seed: int
    recipe: str
    rows: int
    seconds: float
    scores: dict[str, float]
    digest: str | None = None  # of the weights file, where there is one
    epochs: int | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What it is a result of."""
        return self.table, self.seed, self.recipe


class Results:
    """The latest result of each table, seed and recipe."""

    def __init__(self, path: Path) -> None:
        """Read what earlier runs wrote."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text().splitlines() if path.exists() else []
        self._found = {result.key: result for result in (Result(**json.loads(line)) for line in lines)}

    def __iter__(self) -> Iterator[Result]:
        return iter(self._found.values())

    def has(self, table: str, seed: int, recipe: str) -> bool:
        """Tell whether there is one."""
        return (table, seed, recipe) in self._found

    def keep(self, result: Result) -> None:
        """Add a line; a later one of the same key replaces an earlier one when the file is read."""
        self._found[result.key] = result
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(result), sort_keys=True) + "\n")
