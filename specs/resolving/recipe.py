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
MOST_EPOCHS, LEAST_EPOCHS = 40, 20
MANY, FEW = 5, 3  # members
SMALL_TABLE, LARGE_TABLE = 8_000, 50_000  # training rows up to which there are many members, and few
ROWS_SHOWN = 1_600_000  # in all epochs to all members: 8 s on one core
BEST_EFFORT = 2
DECAYED_ROWS, LEAST_DECAY = 500, 0.1  # a prior on the weights counts as much as so many rows


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
    members: int
    rows: str
    why: str = WHY

    @property
    def why_members(self) -> str:
        """Tell why there are so many."""
        return f"the mean of {self.members} networks is surer than any of them"

    def because(self, what: str) -> str:
        """Tell a reason beside the recipe's name."""
        return f"{self.why}: {what}"


def leaves_network_open(notes: Notes) -> bool:
    """Tell whether the body says neither layers nor their sizes."""
    return all(notes.given.find("network", key) is ABSENT for key in ("hidden", "layers"))


def uses_recipe(notes: Notes) -> bool:
    """Tell whether a recipe fills what the body leaves open."""
    return leaves_network_open(notes) and notes.given.find(*PRESET) not in {"fast", None}


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
    return table_recipe(training_rows, effort=BEST_EFFORT if preset == "best" else 1)


def members_for(training_rows: int) -> int:
    """Return how many networks a table of so many rows has time for."""
    if training_rows <= SMALL_TABLE:
        return MANY
    return FEW if training_rows <= LARGE_TABLE else 1


def table_recipe(training_rows: int, *, effort: int = 1) -> TableRecipe:
    """Return the recipe for so many rows; an effort of 2 trains twice as many members for twice as long."""
    members = members_for(training_rows)
    epochs = effort * min(max(ROWS_SHOWN // (members * training_rows), LEAST_EPOCHS), MOST_EPOCHS)
    decay = round(min(max(DECAYED_ROWS / training_rows, LEAST_DECAY), 1.0), 3)
    return TableRecipe(
        hidden=(128, 128),
        activation="mish",
        dropout=0.15,
        optimizer={"name": "adamw", "weight_decay": decay, "beta_2": 0.95},
        learning_rate=0.003,
        schedule="cosine",
        epochs=epochs,
        members=effort * members,
        rows=f"{counted(training_rows)} training rows",
    )
