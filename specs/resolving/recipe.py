"""The recipe for tables: network and training together, where the body leaves the network to the service.

Its values were chosen on the tables of `./chainrule bench quality` and belong together: dropout and decay let a network
of this size learn few rows without learning them by heart, and a rate that falls to 0 lets it settle. A body that says
its own layers is trained by the plain defaults, as before.
"""

from dataclasses import dataclass
from typing import Any, Final

from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted
from specs.resolving.notes import Notes
from specs.values.training import RECIPE_VERSION

PRESET: Final = ("training", "preset")
WHY: Final = f"recipe {RECIPE_VERSION} for tables"
ROW_EPOCHS, LEAST_EPOCHS, MOST_EPOCHS = 600_000, 20, 100


@dataclass(frozen=True, kw_only=True)
class TableRecipe:
    """What holds for every value that the body leaves open, with the reason that is told."""

    hidden: tuple[int, ...]
    activation: str
    dropout: float
    optimizer: dict[str, Any]
    learning_rate: float
    schedule: str
    epochs: int
    rows: str
    why: str = WHY

    def because(self, what: str) -> str:
        """Tell a reason beside the recipe's name."""
        return f"{self.why}: {what}"


def leaves_network_open(notes: Notes) -> bool:
    """Tell whether the body says neither layers nor their sizes."""
    return all(notes.given.find("network", key) is ABSENT for key in ("hidden", "layers"))


def settle_preset(notes: Notes) -> str | None:
    """Return the preset whose values fill what is open; None where none does."""
    if leaves_network_open(notes):
        return notes.take(*PRESET, otherwise="default", reason=WHY, source="default") or "fast"
    reason = "the body says its own network"
    found: str | None = notes.take(*PRESET, otherwise=None, reason=reason)
    return found


def recipe_for(notes: Notes, preset: str | None, *, training_rows: int) -> TableRecipe | None:
    """Return the recipe of a preset; None for the plain defaults."""
    if preset in {None, "fast"} or not leaves_network_open(notes):
        return None
    return table_recipe(training_rows)


def table_recipe(training_rows: int) -> TableRecipe:
    """Return the recipe for so many rows."""
    epochs = min(max(ROW_EPOCHS // max(1, training_rows), LEAST_EPOCHS), MOST_EPOCHS)
    return TableRecipe(
        hidden=(128, 128),
        activation="mish",
        dropout=0.15,
        optimizer={"name": "adamw", "weight_decay": 0.1, "beta_2": 0.95},
        learning_rate=0.003,
        schedule="cosine",
        epochs=epochs,
        rows=f"{counted(training_rows)} training rows",
    )
