"""The house as the picture shows it, read from the imports: floors, packages with their folders, arrows."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grimp

ABOVE = "tools"  # no part of the product


@dataclass(frozen=True)
class Room:
    """A folder of a package, or a module that lies loose in it."""

    name: str
    modules: int
    is_folder: bool


@dataclass(frozen=True)
class Package:
    """One package: what is in it and how many modules that makes."""

    name: str
    modules: int
    rooms: Sequence[Room]

    @property
    def folders(self) -> list[Room]:
        """Its folders."""
        return [room for room in self.rooms if room.is_folder]

    @property
    def loose(self) -> list[Room]:
        """Its modules outside of folders."""
        return [room for room in self.rooms if not room.is_folder]


@dataclass(frozen=True)
class House:
    """Floors from top to bottom, each with its packages, and the number of imports from one package to another."""

    floors: Sequence[Sequence[Package]]
    arrows: Mapping[tuple[str, str], int]

    @property
    def packages(self) -> list[Package]:
        """Every package, from top to bottom."""
        return [package for floor in self.floors for package in floor]


def read(root: Path) -> House:
    """Read the house that stands in a folder: its floors from the contract, all else from the code."""
    contract = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = floors_of(contract["contracts"][0]["layers"], contract["root_packages"])
    names = [name for floor in floors for name in floor]
    graph = grimp.build_graph(*names, cache_dir=None)
    return House([[package(graph, name) for name in floor] for floor in floors], arrows(graph))


def floors_of(layers: Sequence[str], packages: Sequence[str]) -> list[list[str]]:
    """Name the packages of each floor; those that no layer holds stand apart, at the bottom."""
    floors = [[name.strip() for name in layer.split("|")] for layer in layers if layer != ABOVE]
    held = {name for floor in floors for name in floor}
    return [*floors, *([name] for name in packages if name not in held and name != ABOVE)]


def package(graph: grimp.ImportGraph, name: str) -> Package:
    """Look into a package; what imports the others comes first."""
    children = sorted(graph.find_children(name))
    rooms = {child: room(graph, child) for child in children}
    floor = floors_inside(graph, children)
    ordered = sorted(children, key=lambda child: (-floor[child], child))
    return Package(name, 1 + len(graph.find_descendants(name)), [rooms[child] for child in ordered])


def room(graph: grimp.ImportGraph, module: str) -> Room:
    """Look at one child of a package."""
    below = graph.find_descendants(module)
    return Room(module.rpartition(".")[2], 1 + len(below), bool(below))


def floors_inside(graph: grimp.ImportGraph, children: Sequence[str]) -> dict[str, int]:
    """Find the floor of each child: one above the highest of those that it imports."""
    below = {child: imported_siblings(graph, child, children) for child in children}
    floor = dict.fromkeys(children, 0)
    for _ in children:  # as often as a chain can be long: a circle, which a contract forbids, would have no end
        floor = {child: 1 + max((floor[other] for other in below[child]), default=-1) for child in children}
    return floor


def imported_siblings(graph: grimp.ImportGraph, child: str, children: Sequence[str]) -> list[str]:
    """Name the siblings that a child imports, itself or somewhere inside."""
    return [
        other
        for other in children
        if other != child and graph.direct_import_exists(importer=child, imported=other, as_packages=True)
    ]


def arrows(graph: grimp.ImportGraph) -> dict[tuple[str, str], int]:
    """Count the imports from each package to each other one."""
    pairs = Counter(
        (importer.partition(".")[0], imported.partition(".")[0])
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )
    return {pair: count for pair, count in sorted(pairs.items()) if pair[0] != pair[1]}
