"""Somebody who mends a file as its refusal says, word for word, and knows nothing else about it."""

import gzip
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from datasets.errors import DatasetError, FilePosition

STEPS = 4
GZIP, PROGRAMS = b"\x1f\x8b", (b"PAR1", b"ARROW1")
CELL = re.compile(r'"(?:[^"]|"")*"|[^,;\t|"\n]*')
HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def follow(content: bytes, error: DatasetError) -> bytes | None:
    """Return the file after what the hint says was done; None where it says nothing that can be done literally."""
    if content.startswith(GZIP) and error.position is not None:
        content = gzip.decompress(content)
    for pattern, act in ACTIONS.items():
        if (found := re.search(pattern, error.hint or "")) is not None:
            return act(content, error, found)
    return None


def _place(error: DatasetError) -> FilePosition:
    return error.position or FilePosition()


def _in_line(change: Callable[[str, DatasetError], str]) -> "Action":
    """Make an action that changes the line of the fault."""

    def act(content: bytes, error: DatasetError, _: re.Match[str]) -> bytes:
        lines = content.decode().split("\n")
        number = (_place(error).line or _place(error).row or 1) - 1
        lines[number] = change(lines[number].removesuffix("\r"), error)
        return "\n".join(lines).encode()

    return act


def _in_cell(change: Callable[[str, DatasetError], str]) -> "Action":
    """Make an action that changes the cell of the fault."""

    def within(line: str, error: DatasetError) -> str:
        delimiter = _delimiter(line)
        cells = line.split(delimiter)
        place = (_place(error).column or 1) - 1
        cells[place] = change(cells[place], error)
        return delimiter.join(cells)

    return _in_line(within)


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _fill(line: str, error: DatasetError) -> str:
    return line + "," * (int(error.expected or 0) - int(error.found or 0))


def _quote(line: str, error: DatasetError) -> str:
    """Put those cells together that are too many: any of them could be one text."""
    cells = line.split(_delimiter(line))
    many = int(error.found or 0) - int(error.expected or 0) + 1
    return _delimiter(line).join(['"' + _delimiter(line).join(cells[:many]) + '"', *cells[many:]])


def _null(line: str, error: DatasetError) -> str:
    return json.dumps({**json.loads(line), str(_place(error).name): None})


def _flat(line: str, error: DatasetError) -> str:
    row = json.loads(line)
    nested = row.pop(_place(error).name)
    inner = nested if isinstance(nested, dict) else {str(place): value for place, value in enumerate(nested)}
    flat = {
        f"{_place(error).name}_{name}": value[0] if isinstance(value, list) else value for name, value in inner.items()
    }
    return json.dumps({**row, **flat})


def _named(line: str, _: DatasetError) -> str:
    value = json.loads(line)
    return json.dumps({"a": value[0] if isinstance(value, list) else value})


def _once(line: str, _: DatasetError) -> str:
    return json.dumps(json.loads(line))  # of two equal names Python keeps one


def _objects(content: bytes, _: DatasetError, __: object) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in json.loads(content)).encode()


def _without_title(content: bytes, _: DatasetError, found: re.Match[str]) -> bytes:
    lines = content.split(b"\n")
    return b"\n".join(line for number, line in enumerate(lines, start=1) if number != int(found[1]))


def _rename(content: bytes, error: DatasetError, _: object) -> bytes | None:
    """Give the column of the fault another name, in a file of text."""
    if content.startswith(PROGRAMS):
        return None
    if content.startswith(b"{"):
        rows = [json.loads(line) for line in content.splitlines()]
        return "".join(json.dumps({f"n{i}": v for i, v in enumerate(row.values())}) + "\n" for row in rows).encode()
    return _in_cell(lambda _, __: "renamed")(content, error, None)


def _as_utf8(content: bytes, _: DatasetError, __: object) -> bytes:
    """Save again what an editor would show, which replaces what it cannot."""
    wide = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-16-le" if b"\0" in content[:4] else None
    text = content.decode(wide or "utf-8-sig", errors="replace")
    return text.replace("\ufffd", "").encode()


def _split(content: bytes, _: DatasetError, __: object) -> bytes:
    return content.replace(b"} {", b"}\n{")


def _as_array(content: bytes, _: DatasetError, __: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.atleast_1d(np.load(io.BytesIO(content), allow_pickle=False)))
    return buffer.getvalue()


Action = Callable[[bytes, DatasetError, Any], bytes | None]
ACTIONS: Mapping[str, Action] = {
    r"^Fill the row up": _in_line(_fill),
    r"^Remove (`.`|a tab) at the end of the line": _in_line(lambda line, _: line[:-1]),
    r"^A cell that contains (`.`|a tab) must stand in quotes": _in_line(_quote),
    r"^If line (\d+) is a title, remove it": _without_title,
    r"^Close the quote": _in_line(lambda line, _: line + '"'),
    r"^Remove the NUL bytes": lambda content, *_: content.replace(b"\0", b""),
    r"^Leave the cell empty": _in_cell(lambda _, __: ""),
    r"^Rename (one of them|the column)": _rename,
    r"^Save the file as UTF-8": _as_utf8,
    r"^Send the inner file as it is": lambda content, *_: gzip.decompress(content),
    r"write null for a missing number": _in_line(_null),
    r"^Begin a new line for each object": _split,
    r"^Name the columns on every line": _in_line(_named),
    r"^Give each nested value a name of its own": _in_line(_flat),
    r"^Give each name of an object once": _in_line(_once),
    r"^Write both halves, or leave the character out": _in_line(lambda line, _: HALF.sub("", line)),
    r"^Leave the value out, or write it as text": _in_line(lambda line, _: re.sub(r": .*?(}|$)", ': "text"}', line)),
    r"^Write each object on a line of its own \(JSON Lines\)": _objects,
    r"^Save an array with one row for each example": _as_array,
}
"""What can be done without thinking: a pattern of the hint, and the change of the file."""
