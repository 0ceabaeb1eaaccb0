"""The picture as SVG: legible in light and dark, the same bytes for the same code."""

from collections.abc import Iterator
from itertools import chain, groupby
from math import log2
from pathlib import Path
from xml.sax.saxutils import escape

from service.environment import ROOT
from tools.house.imports import House, read
from tools.house.layout import BOX_LEFT, BOX_RIGHT, MARGIN, PANEL, ROOM_HEIGHT, WIDTH, Arrow, Box, Label, Layout, place

FILE = ROOT / "docs" / "house.svg"
PURPOSES = {
    "service": "starts the parts",
    "app": "answers requests",
    "worker": "runs jobs",
    "store": "remembers",
    "models": "answers and is judged",
    "exports": "writes files",
    "specs": "gives a body its meaning",
    "datasets": "turns bytes into arrays",
    "neural": "is the mathematics",
    "chainrule": "is the client: HTTP only",
}
COLOURS = {  # of each package, strong enough on white and on black
    "service": "#7d8597",
    "app": "#3b82c4",
    "worker": "#d07c22",
    "store": "#3a9a68",
    "models": "#c2508c",
    "exports": "#a566bd",
    "specs": "#d2554f",
    "datasets": "#1f9aa0",
    "neural": "#a58a1d",
    "chainrule": "#7d8597",
}
OTHERS = "#7d8597"
TIP = BOX_RIGHT + 3  # of an arrow
STYLE = """
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1f2430}
.code{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.head{font-size:17px;font-weight:600}.name{font-size:17px;font-weight:600}
.room{font-size:12px}.quiet{fill:#5d6472}.small{font-size:12px}.number{font-size:10.5px;font-weight:600}
.page{fill:#fff}.floor{fill:#eef0f4}.box{fill:#fff;stroke:#d3d7df}.frame{fill:#f5f6f9;stroke:#d3d7df}
.line{fill:none;stroke-linejoin:round}.under{fill:none;stroke:#fff}.halo{fill:#fff}
"""
DARK = """
text{fill:#e6e8ee}.quiet{fill:#9aa2b1}
.page{fill:#14161b}.floor{fill:#1c1f26}.box{fill:#242831;stroke:#3a404c}.frame{fill:#2d323d;stroke:#444b59}
.under{stroke:#14161b}.halo{fill:#14161b}
"""


def write() -> Path:
    """Bring the picture up to date."""
    FILE.write_text(drawn(read(ROOT)))
    return FILE


def drawn(house: House) -> str:
    """Draw a house."""
    return "\n".join([*lines(house, place(house)), ""])


def lines(house: House, layout: Layout) -> Iterator[str]:
    """Write the picture, what lies below first."""
    size = f'width="{WIDTH}" height="{layout.height:g}" viewBox="0 0 {WIDTH} {layout.height:g}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" {size}>'
    yield '<title id="title">The packages of Chainrule and the imports between them</title>'
    yield f'<desc id="desc">{escape(told(house))}</desc>'
    yield f"<style>{STYLE}@media (prefers-color-scheme:dark){{{DARK}}}</style>"
    yield f'<rect class="page" width="{WIDTH}" height="{layout.height:g}" rx="12"/>'
    yield text(MARGIN, 38, "head", "Each package imports only what stands below it")
    for top, height in layout.floors:
        width = BOX_RIGHT + PANEL - BOX_LEFT + PANEL
        yield f'<rect class="floor" x="{BOX_LEFT - PANEL}" y="{top:g}" width="{width}" height="{height:g}" rx="12"/>'
    for box in layout.boxes:
        yield from boxed(box)
    for _, arrows in groupby(sorted(layout.arrows, key=lambda arrow: arrow.lane), key=lambda arrow: arrow.importer):
        together = list(arrows)
        yield from map(bordered, together)
        yield from chain.from_iterable(map(led, together))
    note = "A line leaves the importing package, in its colour, and ends at what it imports; the number counts imports."
    yield text(MARGIN, layout.height - 17, "small quiet", f"{note} Packages on one floor do not know each other.")
    yield "</svg>"


def told(house: House) -> str:
    """Tell in words what the picture shows."""
    floors = "; ".join(" and ".join(package.name for package in floor) for floor in house.floors)
    arrows = ", ".join(f"{importer} to {imported} {count}" for (importer, imported), count in house.arrows.items())
    return f"Floors from top to bottom: {floors}. Imports: {arrows}."


def boxed(box: Box) -> Iterator[str]:
    """Draw a package with its folders."""
    name, colour = box.package.name, COLOURS.get(box.package.name, OTHERS)
    frame = f'y="{box.y:g}" height="{box.height:g}"'
    yield f'<rect class="box" x="{BOX_LEFT}" {frame} width="{BOX_RIGHT - BOX_LEFT}" rx="7"/>'
    yield f'<rect x="{BOX_LEFT}" y="{box.y + 8:g}" height="{box.height - 16:g}" width="4" rx="2" fill="{colour}"/>'
    yield text(BOX_LEFT + 16, box.y + 29, "name code", name)
    yield text(BOX_LEFT + 16, box.y + 48, "small quiet", PURPOSES.get(name, ""))
    yield text(BOX_LEFT + 16, box.y + 65, "small quiet", f"{box.package.modules} modules")
    for label in box.labels:
        yield from framed(label)


def framed(label: Label) -> Iterator[str]:
    """Draw a folder or module."""
    if label.is_framed:
        size = f'width="{label.width:g}" height="{ROOM_HEIGHT}"'
        yield f'<rect class="frame" x="{label.x:g}" y="{label.y:g}" {size} rx="5"/>'
    count = f'<tspan class="quiet" dx="7" font-size="10">{label.count}</tspan>' if label.count else ""
    kind = "room code" if label.is_framed else "room quiet"
    yield f'<text class="{kind}" x="{label.x + 9:g}" y="{label.y + 15.5:g}">{escape(label.name)}{count}</text>'


def bordered(arrow: Arrow) -> str:
    """Draw what lies below an arrow: a border of the page's colour, so that lines that cross stay apart."""
    path = f"M{BOX_RIGHT + PANEL} {arrow.start:g}H{arrow.lane:g}V{arrow.end:g}H{TIP + 6}"
    return f'<path class="under" d="{path}" stroke-width="{thickness(arrow) + 3:g}"/>'


def led(arrow: Arrow) -> Iterator[str]:
    """Draw an arrow, with the number of imports at its end."""
    colour, wide = COLOURS.get(arrow.importer, OTHERS), len(str(arrow.count)) * 7 + 6
    path = f"M{BOX_RIGHT} {arrow.start:g}H{arrow.lane:g}V{arrow.end:g}H{TIP + 6}"
    yield f'<path class="line" d="{path}" stroke="{colour}" stroke-width="{thickness(arrow):g}"/>'
    yield f'<circle cx="{BOX_RIGHT}" cy="{arrow.start:g}" r="3.5" fill="{colour}"/>'
    yield f'<path d="M{TIP} {arrow.end:g}l8 -4.5v9z" fill="{colour}"/>'
    yield f'<rect class="halo" x="{TIP + 24 - wide / 2:g}" y="{arrow.end - 7:g}" width="{wide}" height="14"/>'
    number = f'text-anchor="middle" style="fill:{colour}"'
    yield f'<text class="number" x="{TIP + 24}" y="{arrow.end + 3.8:g}" {number}>{arrow.count}</text>'


def thickness(arrow: Arrow) -> float:
    """Give many imports a thicker line than few."""
    return round(1.2 + log2(arrow.count) * 0.3, 1)


def text(x: float, y: float, kind: str, words: str) -> str:
    """Write a line of text."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'
