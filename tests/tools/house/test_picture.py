"""The picture of the house: everything in its place, and nothing on top of another thing."""

import itertools
from xml.etree import ElementTree as ET

from tools.house.imports import House, Package, Room, floors_of
from tools.house.layout import BOX_RIGHT, ROOM_HEIGHT, WIDTH, place
from tools.house.picture import drawn

ROOMS = [Room(f"some_long_folder_name_{number}", 12, is_folder=True) for number in range(17)]
HOUSE = House(
    [
        [Package("attic", 3, [Room("a", 1, is_folder=False)])],
        [Package("left", 204, [*ROOMS, Room("b", 1, is_folder=False)]), Package("right", 1, [])],
        [Package("cellar", 9, [])],
    ],
    {("attic", "left"): 1, ("attic", "cellar"): 2, ("left", "cellar"): 300, ("right", "cellar"): 64},
)


def test_floors_come_from_the_contract() -> None:
    """Tools are no part of the product; a package that no layer holds stands apart."""
    assert floors_of(["tools", "top", "left | right"], ["tools", "top", "left", "right", "apart"]) == [
        ["top"],
        ["left", "right"],
        ["apart"],
    ]


def test_nothing_overlaps() -> None:
    """Also where a package has many folders with long names."""
    layout = place(HOUSE)
    labels = [label for box in layout.boxes for label in box.labels]
    rows = {}  # type: ignore[var-annotated]
    for label in labels:
        rows.setdefault(label.y, []).append(label)

    assert all(upper.y + upper.height < lower.y for upper, lower in zip(layout.boxes, layout.boxes[1:], strict=False))
    assert all(label.y + ROOM_HEIGHT < box.y + box.height for box in layout.boxes for label in box.labels)
    assert all(label.x + label.width < BOX_RIGHT for label in labels)
    assert all(a.x + a.width < b.x for row in rows.values() for a, b in itertools.pairwise(row))


def test_every_arrow_ends_at_its_package() -> None:
    """And no two end at one point, nor share a lane with another importer."""
    layout = place(HOUSE)
    boxes = {box.package.name: box for box in layout.boxes}
    lanes = {(arrow.importer, arrow.lane) for arrow in layout.arrows}

    for arrow in layout.arrows:
        assert boxes[arrow.importer].y < arrow.start < boxes[arrow.importer].y + boxes[arrow.importer].height
        assert boxes[arrow.imported].y < arrow.end < boxes[arrow.imported].y + boxes[arrow.imported].height
    assert len({arrow.end for arrow in layout.arrows}) == len(HOUSE.arrows)
    assert len(lanes) == len({lane for _, lane in lanes}) == 3
    assert max(arrow.lane for arrow in layout.arrows) < WIDTH


def test_the_picture_can_be_read_and_heard() -> None:
    """It is well-formed, the same each time, names every package, and tells in words what it shows."""
    picture = drawn(HOUSE)
    names = {element.text for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")}  # noqa: S314  # ours

    assert picture == drawn(HOUSE)
    assert names >= {"attic", "left", "right", "cellar", "204 modules", "+ 1 modules", "300"}
    assert "left and right; cellar" in picture
    assert "left to cellar 300" in picture
