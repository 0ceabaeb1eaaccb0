"""JSON Lines: one object on each line, put down as Arrow columns; what is not plain is read twice, with care."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc

from datasets.columns.column import DataWarning
from datasets.errors import BadJson, FilePosition, LineTooLong, NonFinite, TooManyColumns, shorten
from datasets.limits import Limits
from datasets.reading.csv.text_file import open_text_file
from datasets.reading.formats.columnar import open_arrow_file
from datasets.reading.formats.fast_json_lines import ROWS, write_plain
from datasets.reading.formats.typed_source import TypedSource

SURVEYED_ROWS = 1000  # show which columns there are; what comes later and does not fit is read with care
TYPES: dict[frozenset[str], pa.DataType] = {
    frozenset(): pa.null(),
    frozenset({"number"}): pa.float64(),
    frozenset({"list"}): pa.list_(pa.float64()),
    frozenset({"boolean"}): pa.bool_(),
}
HALF_A_PAIR = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
NAMES = {bool: "boolean", int: "number", float: "number", str: "text", list: "list"}


@dataclass
class Member:
    """What stands under one name: which types, and where the first text, or digits that no float keeps, are."""

    types: set[str] = field(default_factory=set)
    first_text: tuple[int, int, str] | None = None
    first_digits: tuple[int, int, str] | None = None

    @property
    def type(self) -> pa.DataType:
        """Text holds what is mixed, and digits that a float would not give back."""
        if self.first_digits:
            return pa.string()
        return TYPES.get(frozenset(self.types), pa.string())


def open_json_lines(path: Path, limits: Limits, spare: Path, *, encoding: str | None = None) -> TypedSource:
    """Read a file of objects; names may be absent from a line. The columns are put down at `spare`."""
    with open_text_file(path, limits, encoding=encoding, refuse=lambda _: None) as source:
        members = _survey(source.path, limits, most_rows=SURVEYED_ROWS)
        schema = _schema(members)
        is_sure = len(schema) > 0 and all(len(each.types) == 1 and not each.first_digits for each in members.values())
        if not (is_sure and write_plain(source.path, schema, spare, max_line=limits.max_line_chars)):
            members = _survey(source.path, limits)
            schema = _schema(members)
            _write_carefully(source.path, limits, schema, spare)
        warnings = (*source.warnings, *_mixed(members))
        details = {"encoding": source.encoding.removesuffix("-sig")}
    columns = open_arrow_file(spare, limits)
    return TypedSource(
        format="jsonl", schema=schema, rows=None, blocks=columns.blocks, details=details, warnings=warnings
    )


def _schema(members: Mapping[str, Member]) -> pa.Schema:
    return pa.schema([(name, member.type) for name, member in members.items()])


def _write_carefully(path: Path, limits: Limits, schema: pa.Schema, spare: Path) -> None:
    with pa.ipc.new_file(str(spare), schema) as writer:
        objects = read_objects(path, limits)
        while rows := [row for _, row in islice(objects, ROWS)]:
            writer.write_batch(_batch(rows, schema))


def read_objects(path: Path, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line, object) of every line that is not blank; raises BadJson with line and column."""
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        line = 0
        while text := file.readline(limits.max_line_chars + 2):
            line += 1
            if len(text) > limits.max_line_chars and not text.endswith("\n"):
                raise LineTooLong(
                    f"Line {line} has more than {limits.max_line_chars} characters.",
                    position=FilePosition(line=line),
                    expected=limits.max_line_chars,
                )
            if text.strip():
                yield line, _object(text, line)


def _object(text: str, line: int) -> dict[str, Any]:
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise BadJson(
            f"Line {line} is not JSON: {error.msg} at character {error.colno}.",
            position=FilePosition(line=line),
            found=shorten(text.strip()),
            expected="one JSON object on each line",
            hint=_hint(error, text),
        ) from error
    except (ValueError, RecursionError) as error:
        is_twice = isinstance(error, _DuplicateName)
        why = str(error) if is_twice else "it holds a huge number or is nested too deeply"
        hint = "Give each name of an object once." if is_twice else "Leave the value out, or write it as text."
        raise BadJson(f"Line {line} cannot be read: {why}.", position=FilePosition(line=line), hint=hint) from error
    if "\\u" in text:
        _check_characters(value, text, line)
    if not isinstance(value, dict):
        raise BadJson(
            f"Line {line} is not a JSON object.",
            position=FilePosition(line=line),
            found=shorten(text.strip()),
            expected='an object such as {"age": 31}',
            hint="Name the columns on every line.",
        )
    return value


def _check_characters(value: Any, text: str, line: int) -> None:
    """Refuse half of a surrogate pair, which JSON can spell and no text can hold (RFC 8259, section 8.2)."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = HALF_A_PAIR.search(text)
        where = f" at character {half.start() + 1}" if half else ""
        raise BadJson(
            f"Line {line} holds half of a surrogate pair{where}, which is no character.",
            position=FilePosition(line=line),
            found=half[0] if half else shorten(text.strip()),
            expected="both halves, such as \\ud83d\\ude00, or the character itself",
            hint="Write both halves, or leave the character out.",
        ) from error


def _hint(error: json.JSONDecodeError, text: str) -> str:
    if error.msg == "Extra data" and text[error.pos :].strip() == ",":
        return "Leave the comma behind the object out, as of all such lines."
    if text.strip() in {"{", "["}:
        return "Write each object on a line of its own, without line breaks inside."
    if error.msg == "Extra data":
        return "Begin a new line for each object."
    if error.pos >= len(text.rstrip()):
        return "The line ends too early: was the upload complete?"
    return f"Look at character {error.colno}: a comma, a colon or a quote is missing or too many."


class _DuplicateName(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        twice = next(name for index, (name, _) in enumerate(pairs) if any(name == n for n, _ in pairs[:index]))
        raise _DuplicateName(f"the name `{shorten(twice)}` comes twice")
    return names


def _constant(name: str) -> float:
    """Read what Python writes and JSON does not have; it is told with its place later."""
    return float(name)


def _survey(path: Path, limits: Limits, *, most_rows: int | None = None) -> dict[str, Member]:
    """Note the types of every name, in all rows or in the first."""
    members: dict[str, Member] = {}
    for row, (line, values) in enumerate(islice(read_objects(path, limits), most_rows), start=1):
        for name, value in values.items():
            member = members.setdefault(name, Member())
            if len(members) > limits.max_columns:
                raise TooManyColumns(
                    f"There are more than {limits.max_columns} names.",
                    position=FilePosition(line=line, row=row),
                    expected=limits.max_columns,
                )
            if value is not None:
                _note(member, value, FilePosition(line=line, row=row, name=name))
    return members


def _note(member: Member, value: Any, position: FilePosition) -> None:
    kind = NAMES.get(type(value))
    is_flat = kind != "list" or all(type(each) in {int, float} for each in value)
    if kind is None or not is_flat:
        raise BadJson(
            f"`{position.name}` on line {position.line} (data row {position.row}) is "
            f"{'an object' if kind is None else 'a list of other things than numbers'}.",
            position=position,
            found=shorten(json.dumps(value)),
            expected="text, a number, true, false, null or a list of numbers",
            hint="Give each nested value a name of its own.",
        )
    whole = [each for each in value if type(each) is int] if isinstance(value, list) else [value]
    if any(isinstance(each, int | float) and not abs(each) <= sys.float_info.max for each in whole):
        raise NonFinite(
            f"`{position.name}` on line {position.line} (data row {position.row}) is not a finite number.",
            position=position,
            found=shorten(str(value)),
            expected="a finite number or null",
            hint="JSON has no NaN and no Infinity: write null for a missing number.",
        )
    if position.line and position.row:
        if kind == "text" and member.first_text is None:
            member.first_text = (position.line, position.row, value)
        if type(value) is int and int(float(value)) != value and member.first_digits is None:
            member.first_digits = (position.line, position.row, str(value))
    member.types.add(kind)


def _batch(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = []
    for each in schema:
        values = [row.get(each.name) for row in rows]
        if pa.types.is_string(each.type):
            values = [value if isinstance(value, str | None) else json.dumps(value) for value in values]
        elif pa.types.is_floating(each.type):
            values = [None if value is None else float(value) for value in values]
        elif pa.types.is_list(each.type):
            values = [None if value is None else [float(number) for number in value] for value in values]
        columns.append(pa.array(values, each.type))
    return pa.record_batch(columns, schema=schema)


def _mixed(members: dict[str, Member]) -> Iterator[DataWarning]:
    for number, (name, member) in enumerate(members.items(), start=1):
        if member.types == {"boolean", "number"}:
            yield DataWarning(
                code="data.mixed_column",
                message=f"`{name}` holds both numbers and true or false, so the column is read as text.",
                column=name,
                position=FilePosition(column=number, name=name),
            )
        if "number" not in member.types:
            continue
        if place := member.first_text or member.first_digits:
            line, row, text = place
            where = f"`{shorten(text)}` on line {line} (data row {row})"
            says = (
                f"`{name}` holds numbers, but {where} is text, so the column is read as text."
                if member.first_text
                else f"A number would not keep the digits of {where}, so `{name}` is read as text."
            )
            yield DataWarning(
                code="data.mixed_column" if member.first_text else "data.digits_kept",
                message=says,
                column=name,
                position=FilePosition(line=line, row=row, column=number, name=name),
            )
