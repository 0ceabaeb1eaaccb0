"""The layout of the picture: boxes in a column, and beside it a lane for each importing package."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.house.imports import House, Package

MARGIN, WIDTH = 20, 980
HEAD, FOOT = 62, 44
BOX_LEFT, BOX_RIGHT = 30, 790
PANEL = 8  # between a floor's edge and its boxes
GAP = 16  # between floors
LABELS = 206  # where the folders begin, right of name and purpose
LETTER = 7.25  # the width of a letter of 12 px in a font of equal widths
ROOM_HEIGHT, ROOM_GAP, ROOM_LINE = 22, 6, 28
NAME_HEIGHT = 76
PORT = 15  # from one arrow's end to the next
LANES, LANE = 846, 22  # the first lane, and from one to the next


@dataclass(frozen=True)
class Label:
    """A folder or module in its frame."""

    x: float
    y: float
    width: float
    name: str
    count: str  # of its modules; nothing for a module
    is_framed: bool


@dataclass(frozen=True)
class Box:
    """A package in the picture."""

    package: Package
    y: float
    height: float
    labels: Sequence[Label]


@dataclass(frozen=True)
class Arrow:
    """An import: from the side of one box along a lane to the side of another."""

    importer: str
    imported: str
    count: int
    start: float
    end: float
    lane: float


@dataclass(frozen=True)
class Layout:
    """The whole picture: its height, and the places of floors, boxes and arrows."""

    height: float
    floors: Sequence[tuple[float, float]]  # top and height of each
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def place(house: House) -> Layout:
    """Place the floors one below the other, then the arrows beside them."""
    floors, boxes, y = [], [], float(HEAD)
    for floor in house.floors:
        top = y
        y += PANEL
        for package in floor:
            boxes.append(box(house, package, y))
            y += boxes[-1].height + PANEL
        floors.append((top, y - top))
        y += GAP
    return Layout(y - GAP + FOOT, floors, boxes, list(arrows(house, boxes)))


def box(house: House, package: Package, y: float) -> Box:
    """Place one package: as high as its folders need, its name and the ends of its arrows."""
    labels = list(labelled(package, y + 14))
    bottom = max((label.y + ROOM_HEIGHT for label in labels), default=y) + 14
    ports = sum(package.name in pair for pair in house.arrows if pair[1] == package.name) + imports(house, package)
    return Box(package, y, max(bottom - y, NAME_HEIGHT, ports * PORT + 16), labels)


def imports(house: House, package: Package) -> bool:
    """Tell whether a package imports others of the house."""
    return any(importer == package.name for importer, _ in house.arrows)


def labelled(package: Package, y: float) -> Iterator[Label]:
    """Place the folders in lines, and after them how many modules lie beside; without folders, the modules."""
    texts = [(room.name, str(room.modules), True) for room in package.folders]
    if texts:
        texts.append((f"+ {len(package.loose)} modules", "", False))
    else:
        texts = [(room.name, "", True) for room in package.loose if not room.name.startswith("_")]
    x = float(LABELS)
    for name, count, is_framed in texts:
        width = round(len(name) * LETTER + (len(count) * 6 + 7 if count else 0) + 18, 1)
        if x + width > BOX_RIGHT - 14:
            x, y = float(LABELS), y + ROOM_LINE
        yield Label(x, y, width, name, count, is_framed)
        x = round(x + width + ROOM_GAP, 1)


def arrows(house: House, boxes: Sequence[Box]) -> Iterator[Arrow]:
    """Lead each import along its importer's lane; lanes of upper packages lie further out and cross less."""
    importers = [each.package.name for each in boxes if imports(house, each.package)]
    lanes = {name: LANES + LANE * number for number, name in enumerate(reversed(importers))}
    starts = {each.package.name: each.y + PORT for each in boxes}
    for each in boxes:
        name = each.package.name
        incoming = sorted((a for a, b in house.arrows if b == name), key=lambda importer: -lanes[importer])
        first = ports_begin(each, len(incoming), has_start=name in lanes)
        for number, importer in enumerate(incoming):
            count = house.arrows[importer, name]
            yield Arrow(importer, name, count, starts[importer], first + PORT * number, lanes[importer])


def ports_begin(box: Box, count: int, *, has_start: bool) -> float:
    """Find where the first arrow ends, so that all of them stand in the middle of what is free."""
    top = box.y + (PORT * 1.5 if has_start else 0)
    return round((top + box.y + box.height - PORT * (count - 1)) / 2, 1)
