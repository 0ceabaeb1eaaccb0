"""The fast reader of JSON Lines gives what the careful one gives, or steps aside."""

import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datasets import Limits
from datasets.errors import DatasetError
from datasets.reading.formats import json_lines
from datasets.reading.formats.columnar import open_arrow_file
from datasets.reading.formats.fast_json_lines import write_plain

LIMITS = Limits()
NUMBERS = ["0", "-0", "-0.0", "1", "2.5", "1e5", "1E-400", "1e400", "9007199254740993", "-9223372036854775809", "0.1"]
NUMBERS += ["123456789012345678901234567890", "1" * 400, "NaN", "Infinity", "-Infinity", "01", ".5", "1.", "+1"]
TEXTS = ['"x"', '""', '"2024-01-31"', '"2024-01-31T10:00:00Z"', '"12"', '"é\\u00e9"', '"\\ud83d\\ude00"', '"\\ud800"']
TEXTS += ['"\\udc00"', '"\\u0000"', '"a}b"', '"} x"', '"a\tb"', "'x'"]
OTHERS = ["null", "true", "false", "[]", "[1, 2.5]", "[null]", "[true]", "[[1]]", "[-0]", "[9007199254740993]", "{}"]
OTHERS += ['{"a": 1}', "nul", ""]
BROKEN = ["null", "1", "[1]", "{", "}", '{"a": 1}{"a": 2}', '{"a": 1} null', "{}null{}", '{"a":', "1}", '{"a": 1,}']
BROKEN += ['{"a": 1, "a": 2}', '{"a": 1, "\\u0061": 2}', "\x0b", "\u00a0", "\x00", '{"a": 1}\x00', '{"a": 1} // b']
PLAIN = ["1", "2.5", "-3", "1e5"]


def _objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["a", "b", "", "c d", "é"])
    return st.lists(st.tuples(names, values), max_size=3).map(
        lambda pairs: "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {value}" for name, value in pairs) + "}"
    )


ANY = st.sampled_from(NUMBERS + TEXTS + OTHERS)
LINES = st.one_of(
    st.lists(_objects(st.sampled_from([*PLAIN, "null"])), max_size=8),
    st.lists(_objects(ANY), max_size=5),
    st.lists(
        st.one_of(_objects(ANY), _objects(st.sampled_from(PLAIN)), st.sampled_from([*BROKEN, "", " "])), max_size=6
    ),
    st.lists(st.text('{}[]:,"\\ \tantrue01-.eE', max_size=12).map(lambda text: "{" + text + "}"), max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(lines=LINES, surveyed=st.integers(1, 6), end=st.sampled_from(["\n", "\r\n", "\n\n"]))
@example(lines=['{"a": 1}', '{"a": 2}{"a": 3}', '{"a":', "4}"], surveyed=1, end="\n")
@example(lines=['{"a": 1}', "null"], surveyed=1, end="\n")
@example(lines=['{"a": 1}', '{"a": 2}null{"a": 3}'], surveyed=1, end="\n")
@example(lines=['{"a": "2024-01-31"}'] * 3, surveyed=1, end="\n")
@example(lines=['{"a": [9007199254740993]}', '{"a": [1.5]}'], surveyed=1, end="\n")
def test_both_give_the_same_or_the_fast_one_steps_aside(lines: list[str], surveyed: int, end: str) -> None:
    """Whatever the first rows promise and the others hold: types, bits, order of columns; faults are told with care."""
    with tempfile.TemporaryDirectory() as folder:
        path, fast, careful = (Path(folder) / name for name in ("lines", "fast", "careful"))
        path.write_bytes(end.join(lines).encode())
        try:
            schema = json_lines._schema(json_lines._survey(path, LIMITS, most_rows=surveyed))
        except DatasetError:
            return

        was_fast = write_plain(path, schema, fast, max_line=LIMITS.max_line_chars)

        if was_fast:
            members = json_lines._survey(path, LIMITS)
            json_lines._write_carefully(path, LIMITS, json_lines._schema(members), careful)
            one, other = _table(fast), _table(careful)
            assert one.schema.equals(other.schema)
            assert [repr(row) for row in one.to_pylist()] == [repr(row) for row in other.to_pylist()]


@pytest.mark.parametrize("rows", [1, 4999, 5000, 12_345])
def test_a_plain_file_is_read_fast_in_the_same_batches(tmp_path: Path, rows: int) -> None:
    """Sums over batches round alike only if the batches are alike."""
    path, fast, careful = (tmp_path / name for name in ("lines", "fast", "careful"))
    row = {"n": 0.1, "i": 2**53 + 1, "text": "2024-01-31", "ok": True, "list": [1, 2.5], "gap": None}
    path.write_text("".join(json.dumps({**row, "i": i, "gap": i if i % 2 == 0 else None}) + "\n" for i in range(rows)))
    members = json_lines._survey(path, LIMITS)
    schema = json_lines._schema(members)

    assert write_plain(path, schema, fast, max_line=LIMITS.max_line_chars)

    json_lines._write_carefully(path, LIMITS, schema, careful)
    assert _table(fast).equals(_table(careful))
    assert _lengths(fast) == _lengths(careful)


def test_a_long_line_is_left_to_the_careful_reader(tmp_path: Path) -> None:
    """Which says on which line it stands."""
    path = tmp_path / "lines"
    path.write_text('{"a": "' + "x" * 100 + '"}\n')

    assert not write_plain(path, pa.schema([("a", pa.string())]), tmp_path / "fast", max_line=50)


def _table(path: Path) -> pa.Table:
    return pa.Table.from_batches(list(_batches(path)), schema=open_arrow_file(path, LIMITS).schema)


def _batches(path: Path) -> list[pa.RecordBatch]:
    return list(open_arrow_file(path, LIMITS).blocks())


def _lengths(path: Path) -> list[int]:
    return [len(batch) for batch in _batches(path)]
