"""Every sane way of writing a table as text gives the same table."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import Limits, parse_csv
from tests.datasets.conftest import Parse

ROWS = [{"name": "Zoé", "size": 1.5}, {"name": "a, b", "size": None}, {"name": 'say "hi"\nnow', "size": -3.0}]
PLAIN = 'name,size\nZoé,1.5\n"a, b",\n"say ""hi""\nnow",-3\n'


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.removesuffix("\n"),
        PLAIN + "\n\n",
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("latin-1"),
        PLAIN.replace('"a, b",', '" a, b ", NA ').replace("1.5", " 1.5 "),
        PLAIN.replace("name,size", '" name ","size"'),
        'name;size\nZoé;1,5\n"a, b";?\n"say ""hi""\nnow";-3,0\n',
        'name\tsize\nZoé\t1.50\na, b\tnull\n"say ""hi""\nnow"\t-3e0\n',
        'name|size\nZoé|+1.5\na, b|-\n"say ""hi""\nnow"|-3.\n',
    ],
)
def test_the_same_table_in_other_clothes(parse: Parse, content: str | bytes) -> None:
    """Delimiter, encoding, quoting and spaces are the writer's choice."""
    table = parse(content)

    assert table.arrow.to_pylist() == ROWS
    assert [column.name for column in table.columns] == ["name", "size"]
    assert table.row_count == 3


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(parse: Parse, ending: str) -> None:
    """Files come from every system."""
    table = parse(ending.join(["a,b", "1,x", "2,y", ""]))

    assert table.arrow.to_pylist() == [{"a": 1.0, "b": "x"}, {"a": 2.0, "b": "y"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(parse: Parse, delimiter: str) -> None:
    """The dialect is told to whoever sent the file."""
    other = "," if delimiter == ";" else ";"

    table = parse(f"a{delimiter}b\n1{delimiter}hi{other} you\n")

    assert table.dialect is not None
    assert table.dialect.delimiter == delimiter
    assert table.arrow.to_pylist() == [{"a": 1.0, "b": f"hi{other} you"}]


def test_a_single_column_needs_no_delimiter(parse: Parse) -> None:
    """A list of numbers is a table."""
    table = parse("x\n1\n2\n")

    assert table.arrow.to_pylist() == [{"x": 1.0}, {"x": 2.0}]


def test_a_decimal_comma_is_read_only_between_semicolons(parse: Parse) -> None:
    """Elsewhere 1,5 in quotes may as well be a list or thousands."""
    semicolons = parse("a;b\n1,5;2\n-,5;3\n")
    commas = parse('a,b\n"1,5",2\n"2,5",3\n')

    assert semicolons.arrow.column("a").to_pylist() == [1.5, -0.5]
    assert commas.arrow.column("a").to_pylist() == ["1,5", "2,5"]


def test_one_column_uses_one_decimal_mark(parse: Parse) -> None:
    """1.234 beside 1,5 is thousands or a mistake; guessing would change the numbers."""
    table = parse("a;b\n1,5;2.5\n1.234;3\n")

    assert table.column("a").kind == "category"
    assert table.arrow.column("b").to_pylist() == [2.5, 3.0]


@pytest.mark.parametrize(
    ("content", "has_header"),
    [
        ("a,b\n1,2\n", True),
        ("1,2\n3,4\n", False),
        ("5.1,setosa\n4.9,setosa\n", False),
        ("?,setosa\n4.9,setosa\n", False),
        ("city,country\nLyon,France\n", True),
        ("p,x,s\np,x,y\ne,x,s\n", False),
        ("id,2019\n1,5\n", True),
        ("0,1,2,3\n5.1,3.5,1.4,0.2\n", True),
        ("x\n1\n", True),
        ("1\n2\n", False),
        (",a\n0,5\n1,6\n", True),
        (",,\n1,2,3\n", False),
    ],
)
def test_a_header_is_told_from_data(parse: Parse, content: str, has_header: bool) -> None:  # noqa: FBT001 - a table
    """Losing the first row of data is as bad as learning from the names."""
    table = parse(content)

    assert table.dialect is not None
    assert table.dialect.has_header is has_header
    assert [w.code for w in table.warnings].count("data.no_header") == (not has_header)


def test_a_file_without_header_gets_numbered_columns(parse: Parse) -> None:
    """It must be usable at once, and its owner must know."""
    table = parse("5.1,setosa\n4.9,virginica\n")

    assert table.arrow.column_names == ["column_1", "column_2"]
    assert table.warnings[0].code == "data.no_header"
    assert table.row_count == 2


def test_a_nameless_column_is_named_with_a_warning(parse: Parse) -> None:
    """Tables written with their index have one."""
    table = parse(",a\n0,5\n1,6\n")

    assert table.arrow.column_names == ["column_1", "a"]
    assert table.warnings[0].code == "data.unnamed_column"


def test_a_guessed_encoding_is_told_with_its_line(parse: Parse) -> None:
    """Mojibake in labels is found late otherwise."""
    table = parse("a,b\n1,x\n2,Zoé €\n".encode("cp1252"))

    warning = table.warnings[0].to_json()
    assert warning["code"] == "data.encoding_guessed"
    assert warning["position"] == {"line": 3}
    assert table.arrow.column("b").to_pylist() == ["x", "Zoé €"]


def test_bytes_that_windows_does_not_know_are_latin_1(parse: Parse) -> None:
    """The last fallback reads every byte."""
    table = parse(b"a,b\n1,x\x81\n2,\xe9\n")

    assert table.dialect is not None
    assert table.dialect.encoding == "latin-1"
    assert table.arrow.column("b").to_pylist() == ["x\x81", "é"]


def test_a_row_larger_than_a_block_is_read(parse: Parse) -> None:
    """Blocks are small to bound memory; a long text within the limits still fits."""
    long = "word, " * 150_000

    table = parse(f'a,b\n1,x\n2,"{long}"\n' + "3,y\n" * 10 + f'4,"{"é" * 999_999}\n"\n')

    assert table.row_count == 13
    assert table.arrow.column("b")[1].as_py() == long.strip()


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from(',;|\t"\n'), max_size=12
)
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str | float | None]]:
    """Draw the columns of a table: text that is no number, or numbers, with gaps."""
    rows = draw(st.integers(1, 12))
    texts = st.none() | words.map(lambda text: f"w{text}".strip(" \t\n\v\f\r"))
    kinds = draw(st.lists(st.sampled_from([texts, numbers]), min_size=1, max_size=5))
    return [draw(st.lists(kind, min_size=rows, max_size=rows)) for kind in kinds]


@given(
    columns=tables(),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read(
    columns: list[list[str | float | None]], delimiter: str, quoting: int, encoding: str
) -> None:
    """Values survive any dialect, to the last bit of every float."""
    delimiter = "," if len(columns) == 1 else delimiter
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow([f"header {i}" for i in range(len(columns))])
    writer.writerows([["" if cell is None else cell for cell in row] for row in zip(*columns, strict=True)])

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(buffer.getvalue().encode(encoding))
        table = parse_csv(path, limits=Limits())

    assert [column.to_pylist() for column in table.arrow.columns] == columns
    assert [column.missing for column in table.columns] == [column.count(None) for column in columns]


@pytest.mark.parametrize(("text", "decimal"), [("a;b\n1,5;x\n2,25;y\n", ","), ("a;b\n1.5;x\n2.25;y\n", ".")])
def test_the_decimal_mark_is_told(parse: Parse, text: str, decimal: str) -> None:
    """Whoever sent the file sees how it was understood."""
    table = parse(text)

    assert table.dialect is not None
    assert table.dialect.to_json()["decimal"] == decimal
    assert table.arrow.column("a").to_pylist() == [1.5, 2.25]
