"""Tables as people really write them: read as what they are, with a warning that says so, or refused with the line."""

from typing import Any

import pytest

from datasets.errors import BadOverride, DatasetError, RaggedRow, TextAfterQuote
from datasets.reading.overrides import Overrides
from tests.datasets.conftest import Parse

Rows = list[dict[str, Any]]
AB: Rows = [{"a": 1.0, "b": "x"}, {"a": 2.0, "b": "y"}]
NUMBERS: Rows = [{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0}]

READ: dict[str, tuple[str, Rows, str | None]] = {
    "Excel names the delimiter": ("sep=;\na;b\n1;2\n3;4\n", NUMBERS, None),
    "Excel names a delimiter that is rare": ("sep=^\r\na^b\r\n1^2\r\n3^4\r\n", NUMBERS, None),
    "Excel names the delimiter in quotes": ('"sep=,"\na,b\n1,2\n3,4\n', NUMBERS, None),
    "a title": ("Export of 2025-01-06\na;b\n1;x\n2;y\n", AB, "data.title_skipped"),
    "two titles and a blank line": ("Report\nof May\n\na,b\n1,x\n2,y\n", AB, "data.title_skipped"),
    "a title filled up with delimiters": (
        "Report,,\na,b,c\n1,x,2\n2,y,3\n",
        [{"a": 1.0, "b": "x", "c": 2.0}, {"a": 2.0, "b": "y", "c": 3.0}],
        "data.title_skipped",
    ),
    "comments": ("# made by hand\na,b\n1,x\n# another, with a comma, or two\n2,y\n", AB, "data.comments_skipped"),
    "numpy.savetxt": ("# a b\n1.0 2.0\n3.0 4.0\n", NUMBERS, "data.names_in_comment"),
    "numpy.savetxt between commas": ("# a,b\n1.0,2.0\n3.0,4.0\n", NUMBERS, "data.names_in_comment"),
    "numpy.savetxt between tabs, below a note": (
        "# made in May, by hand\r\n#a\tb\r\n1.0\t2.0\r\n3.0\t4.0\r\n",
        NUMBERS,
        "data.names_in_comment",
    ),
    "numpy.savetxt of one column": ("# a\n1.0\n2.0\n", [{"a": 1.0}, {"a": 2.0}], "data.names_in_comment"),
    "two comments behind slashes": ("// one\n// two\na,b\n1,x\n2,y\n", AB, "data.title_skipped"),
    "runs of blanks, no names": (
        "18.0  8  307.0\n15.0  8  350.0\n26.0  4   97.0\n",
        [
            {"column_1": 18.0, "column_2": 8.0, "column_3": 307.0},
            {"column_1": 15.0, "column_2": 8.0, "column_3": 350.0},
            {"column_1": 26.0, "column_2": 4.0, "column_3": 97.0},
        ],
        "data.delimiter_spaces",
    ),
    "runs of blanks and tabs, with a quoted text": (
        ' mpg   n  car\n 18.0  8\t"chevy  malibu" \n 15.0  8\t"buick"\n 26.0  4\t"vw"\n',
        [
            {"mpg": 18.0, "n": 8.0, "car": "chevy  malibu"},
            {"mpg": 15.0, "n": 8.0, "car": "buick"},
            {"mpg": 26.0, "n": 4.0, "car": "vw"},
        ],
        "data.delimiter_spaces",
    ),
    "write.table": (
        '"a"\t"b"\n"r1"\t1\t"x"\n"r2"\t2\t"y"\n',
        [{"row_names": "r1", **AB[0]}, {"row_names": "r2", **AB[1]}],
        "data.header_short",
    ),
    "the header again": ("a,b\n1,x\na,b\n2,y\n", AB, "data.header_repeated"),
    "words for a header again, behind a byte order mark": (
        "\ufeffname,city\nann,rome\nname,city\nbob,oslo\n",
        [{"name": "ann", "city": "rome"}, {"name": "name", "city": "city"}, {"name": "bob", "city": "oslo"}],
        "data.header_repeated",
    ),
    "words for a header again": (
        "name,city\nann,rome\nname,city\nbob,oslo\n",
        [{"name": "ann", "city": "rome"}, {"name": "name", "city": "city"}, {"name": "bob", "city": "oslo"}],
        "data.header_repeated",
    ),
    "a row of units": (
        "a,b,c\nkm,[kg],\n1,2,x\n3,4,y\n",
        [{"a": 1.0, "b": 2.0, "c": "x"}, {"a": 3.0, "b": 4.0, "c": "y"}],
        "data.units_skipped",
    ),
    "quotes behind a backslash": (
        'a,b\n1,"say \\"hi, you\\""\n2,y\n',
        [{"a": 1.0, "b": 'say "hi, you"'}, AB[1]],
        "data.quotes_escaped",
    ),
    "a blank before a quote": ('a, b\n1, "x, or z"\n2, "y"\n', [{"a": 1.0, "b": "x, or z"}, AB[1]], None),
    "single quotes": ("a,b\n1,'x, or z'\n2,'y'\n", [{"a": 1.0, "b": "x, or z"}, AB[1]], "data.quote_guessed"),
    "a line break in a name": (
        '"length\n(mm)",b\n1,x\n2,y\n',
        [{"length (mm)": 1.0, "b": "x"}, {"length (mm)": 2.0, "b": "y"}],
        None,
    ),
    "years for names": (
        "region,2023,2024\nnorth,1,2\nsouth,3,4\n",
        [{"region": "north", "2023": 1.0, "2024": 2.0}, {"region": "south", "2023": 3.0, "2024": 4.0}],
        None,
    ),
    "nothing for the first name": (
        ",a,b\nr,1,x\ns,2,y\n",
        [{"column_1": "r", **AB[0]}, {"column_1": "s", **AB[1]}],
        "data.unnamed_column",
    ),
    "nothing for the first name, years for the others": (
        ",2023,2024\nnorth,1,2\nsouth,3,4\n",
        [{"column_1": "north", "2023": 1.0, "2024": 2.0}, {"column_1": "south", "2023": 3.0, "2024": 4.0}],
        "data.unnamed_column",
    ),
    "a backslash at the very end": ('a,b\n1,"\\"x\\""\n2,y\\', [{"a": 1.0, "b": '"x"'}, AB[1]], "data.quotes_escaped"),
    "inches, and a text of two lines": (
        'a,b\n1,5" pipe\n2,"y\nz"\n',
        [{"a": 1.0, "b": '5" pipe'}, {"a": 2.0, "b": "y\nz"}],
        None,
    ),
    "inches": ('a,b\n1,5" pipe\n2,y\n', [{"a": 1.0, "b": '5" pipe'}, AB[1]], None),
}


@pytest.mark.parametrize(("content", "rows", "warning"), READ.values(), ids=READ.keys())
def test_a_table_is_read_as_its_writer_meant_it(parse: Parse, content: str, rows: Rows, warning: str | None) -> None:
    """What is unusual is understood, and said."""
    table = parse(content)

    assert table.arrow.to_pylist() == rows
    assert warning is None or warning in [each.code for each in table.warnings]


PLAIN: dict[str, tuple[str, int]] = {
    "years that are values": ("alice,2023\nbob,2024\ncarol,2022\n", 2),
    "sentences": ("text\nhow do you do\nvery well thank you\nand you\n", 1),
    "sentences with commas": ('"text"\n"hello, world"\n"well, well"\n', 1),
    "a first value that is odd": ("age,name\nunknown,bob\n3,alice\n4,carol\n", 2),
    "dates and amounts without names": ("2024-05-31,$1.50\n2024-06-30,$2.50\n2024-07-31,$3.50\n", 2),
    "pairs of words that come again": ("a,x\nb,y\na,x\nb,y\n", 2),
    "yes and no": ("yes,no\nno,yes\nyes,no\nno,no\n", 2),
    "numbers with a sign for hash": ("tag,n\n#1,1\n#2,2\n", 2),
}


@pytest.mark.parametrize(("content", "columns"), PLAIN.values(), ids=PLAIN.keys())
def test_nothing_unusual_is_seen_where_there_is_nothing(parse: Parse, content: str, columns: int) -> None:
    """A table that only resembles an odd one keeps all of its rows."""
    table = parse(content)

    assert len(table.columns) == columns
    assert table.row_count == content.count("\n") - (not any(w.code == "data.no_header" for w in table.warnings))


REFUSED: dict[str, tuple[str, type[DatasetError], int]] = {
    "text behind quotes": ('a,"b\n1,"2\n3,"4\n5,"6\n', TextAfterQuote, 2),
    "text behind a closing quote far below": ("a,b\n" + '1,"x"\n' * 2000 + '1,"x"y\n', TextAfterQuote, 2002),
    "a quote that swallows a line, inches elsewhere": ('size,k\n5",1\n"6,2\n7",3\n', TextAfterQuote, 3),
    "inches elsewhere, far below": ('size;k\n"6;2\n7";3\n8;4\n' + '5";1\n' * 9, TextAfterQuote, 2),
    "inches elsewhere, below a title": ('Sizes\nsize,k\n"6,2\n7",3\n5",1\n8,2\n', TextAfterQuote, 3),
    "a decimal comma between commas": ("x\n1,5\n2,5\n", RaggedRow, 2),
    "a decimal comma in one column of two": ("id,price\n1,5,20\n2,7,30\n3,9,99\n", RaggedRow, 2),
    "a comma at the end of rows": ("a,b\n1,2,\n3,4,\n", RaggedRow, 2),
    "a tab at the end of rows": ("a\tb\n1\t2\t\n3\t4\t\n", RaggedRow, 2),
    "one row with a cell more": ("a,b\n1,2\n3,4,5\n", RaggedRow, 3),
    "rows with a cell more that do not begin with names": ("a,b\n1,2,3\n1,5,6\n", RaggedRow, 2),
    "commas in sentences": ("text\nhello, world\nwell, well\n", RaggedRow, 2),
}


@pytest.mark.parametrize(("content", "error", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_what_could_be_two_tables_is_refused_with_its_line(
    parse: Parse, content: str, error: type[DatasetError], line: int
) -> None:
    """Nothing is guessed where a guess could be wrong without being seen."""
    with pytest.raises(error) as caught:
        parse(content)

    assert caught.value.position is not None
    assert caught.value.position.line == line
    assert caught.value.hint


TOLD: dict[str, tuple[str, dict[str, Any], Rows]] = {
    "delimiter": ("a/b\n1/x\n2/y\n", {"delimiter": "/"}, AB),
    "delimiter by name": ("a,b\n1,x\n2,y\n", {"delimiter": "comma"}, AB),
    "spaces": ("a b\n1  x\n2  y\n", {"delimiter": "space"}, AB),
    "no quotes": ('a,b\n1,"x\n2,y\n', {"quote": ""}, [{"a": 1.0, "b": '"x'}, AB[1]]),
    "quotes that are characters": (
        'a,b\n1,5"\n"2,6\n3",7\n',
        {"quote": ""},
        [{"a": "1", "b": '5"'}, {"a": '"2', "b": "6"}, {"a": '3"', "b": "7"}],
    ),
    "quotes that are quotes": (
        'a,b\n1,5"\n"2,6\n3",7\n',
        {"quote": '"'},
        [{"a": "1", "b": '5"'}, {"a": "2,6\n3", "b": "7"}],
    ),
    "another quote": ("a,b\n1,'x, z'\n2,y\n", {"quote": "'"}, [{"a": 1.0, "b": "x, z"}, AB[1]]),
    "an escape": ("a,b\n1,x^,z\n2,y\n", {"escape": "^"}, [{"a": 1.0, "b": "x,z"}, AB[1]]),
    "no header": (
        "a,b\n1,x\n",
        {"header": False},
        [{"column_1": "a", "column_2": "b"}, {"column_1": "1", "column_2": "x"}],
    ),
    "a header that looks like a row": (
        "x,y\nx,y\ny,x\n",
        {"header": 1},
        [{"x": "x", "y": "y"}, {"x": "y", "y": "x"}],
    ),
    "a header further down": ("1,2\nsome,thing\na,b\n1,x\n2,y\n", {"header": 3}, AB),
    "rows to skip": ('un"quoted\n1,2,3\na,b\n1,x\n2,y\n', {"skip_rows": 2}, AB),
    "comments": ("a,b\n% no\n1,x\n2,y\n", {"comment": "%"}, AB),
    "points between thousands": ("a,b\n1.234,x\n2,y\n", {"thousands": "."}, [{"a": 1234.0, "b": "x"}, AB[1]]),
    "points between thousands, and whole numbers beside": (
        "a,b\n1.234,1\n1.235,2\n",
        {"thousands": "."},
        [{"a": 1234.0, "b": 1.0}, {"a": 1235.0, "b": 2.0}],
    ),
    "an encoding": ("a,b\n1,x\n2,y\n", {"encoding": "latin-1"}, AB),
}


@pytest.mark.parametrize(("content", "told", "rows"), TOLD.values(), ids=TOLD.keys())
def test_what_is_told_is_done(parse: Parse, content: str, told: dict[str, Any], rows: Rows) -> None:
    """An override takes the place of a guess."""
    table = parse(content, told=Overrides.from_json(told))

    assert table.arrow.to_pylist() == rows


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"delimiter": "ab"}, "delimiter"),
        ({"delimiter": "\n"}, "delimiter"),
        ({"delimiter": ";", "quote": ";"}, "quote"),
        ({"decimal": ",", "thousands": ","}, "thousands"),
        ({"header": 2, "skip_rows": 3}, "header"),
        ({"header": 9}, "header"),
        ({"skip_rows": 9}, "skip_rows"),
        ({"encoding": "klingon"}, "encoding"),
        ({"encoding": "base64"}, "encoding"),
    ],
)
def test_what_cannot_be_done_is_refused_by_its_name(parse: Parse, told: dict[str, Any], word: str) -> None:
    """The message names the option, and what would be right."""
    with pytest.raises(BadOverride, match=f"`{word}`") as caught:
        parse("a,b\n1,x\n2,y\n", told=Overrides.from_json(told))

    assert caught.value.expected


@pytest.mark.parametrize(
    ("content", "sure"),
    [("a,b\n1,x\n2,y\n", "certain"), ("a,b\nc,d\ne,f\n", "likely"), ("a,1\nb,2\nc,3\n", "doubtful")],
)
def test_how_sure_a_guess_is_stands_in_the_dialect(parse: Parse, content: str, sure: str) -> None:
    """Words above numbers are names, words above words may be, words above words beside numbers are not."""
    dialect = parse(content).dialect

    assert dialect is not None
    assert dialect.to_json()["sureness"]["header"] == sure


MANY = 12
USUAL_WORDS = ["NA", "N/A", "n/a", "NaN", "nan", "null", "NULL"]
MIXED: dict[str, tuple[str, list[str] | None, list[list[str] | None]]] = {
    "one word": ("n,k\nasked,x\n" + "1,x\n" * MANY, None, [[*USUAL_WORDS, "asked"]]),
    "two words": ("n,k\nasked,x\nlost,y\n" + "1,x\n" * MANY, None, [[*USUAL_WORDS, "asked", "lost"]]),
    "words that are told already": (
        "n,k\nasked,x\nlost,y\n" + "1,x\n" * MANY,
        ["lost", "gone"],
        [["lost", "gone", "asked"]],
    ),
    "two columns": ("n,k\nasked,1\n1,lost\n" + "1,2\n" * MANY, None, [[*USUAL_WORDS, "asked", "lost"]] * 2),
    "a word among dates": (
        "d,k\nopen,x\nopen,y\n" + "".join(f"2022-10-{day},x\n" for day in range(10, 22)),
        None,
        [[*USUAL_WORDS, "open"]],
    ),
    "another unit": ("w,k\n300 g,x\n" + "5 kg,x\n" * MANY, None, [None]),
    "a number with a unit among plain ones": ("w,k\n5 kg,x\n" + "5,x\n" * MANY, None, [None]),
    "a word, and a number of another kind": ("w,k\nasked,y\n5 kg,x\n" + "5,x\n" * MANY, None, [None]),
    "dates of two orders": (
        "d,k\n13/10/2022,x\n" + "".join(f"10/{day}/2022,x\n" for day in range(10, 28)),
        None,
        [None],
    ),
}


@pytest.mark.parametrize(("content", "told", "patches"), MIXED.values(), ids=MIXED.keys())
def test_words_that_spoil_a_column_can_be_told_where_that_is_all(
    parse: Parse, content: str, told: list[str] | None, patches: list[list[str] | None]
) -> None:
    """Beside what is told and what other columns need; the column is then no longer text. Values are never given up."""
    overrides = Overrides.from_json({"missing_words": told})

    table = parse(content, told=overrides)

    found = [warning for warning in table.warnings if warning.code == "data.mixed_column"]
    assert [each.patch and each.patch["missing_words"] for each in found] == patches
    assert all(("dates" in each.message) == content.startswith("d") for each in found)
    for each in found:
        if each.patch:
            again = parse(content, told=Overrides.from_json(dict(each.patch)))
            assert "data.mixed_column" not in [warning.code for warning in again.warnings]


DOUBTS: dict[str, tuple[str | bytes, str, list[str]]] = {
    "a header that is short": (
        '"a","b"\n"r1",1,"x"\n"r2",2,"y"\n',
        "data.header_short",
        ["column_1", "column_2", "column_3"],
    ),
    "a second line of names": (
        "g,,h,\na,b,c,d\n1,2,3,4\n5,6,7,8\n9,8,7,6\n",
        "data.units_skipped",
        ["a", "b", "c", "d"],
    ),
    "names in a comment": (READ["numpy.savetxt"][0] + "5.0 6.0\n", "data.names_in_comment", ["column_1", "column_2"]),
    "comments": (READ["comments"][0], "data.comments_skipped", ["a", "b"]),
    "escaped quotes": (READ["quotes behind a backslash"][0], "data.quotes_escaped", ["a", "b"]),
    "an encoding": ("näme,y\nä,1\nö,2\n".encode("cp1252"), "data.encoding_guessed", ["näme", "y"]),
    "an encoding with a rival": (b"a,y\n\xdeor,1\n\xfea,2\n", "data.encoding_guessed", ["a", "y"]),
}


@pytest.mark.parametrize(("content", "code", "names"), DOUBTS.values(), ids=DOUBTS.keys())
def test_a_patch_ends_the_doubt(parse: Parse, content: str | bytes, code: str, names: list[str]) -> None:
    """It is accepted, gives these columns, and its warning is gone."""
    doubt = next(warning for warning in parse(content).warnings if warning.code == code)
    assert doubt.patch

    table = parse(content, told=Overrides.from_json(dict(doubt.patch)))

    assert [column.name for column in table.columns] == names
    assert code not in [warning.code for warning in table.warnings]


def test_a_decimal_comma_in_the_only_column_is_read_as_the_hint_says(parse: Parse) -> None:
    """Between commas it looks like two cells."""
    content = "x\n1,5\n2,5\n"
    with pytest.raises(RaggedRow) as caught:
        parse(content)

    assert "`delimiter=;`" in str(caught.value.hint)
    assert parse(content, told=Overrides.from_json({"delimiter": ";"})).arrow["x"].to_pylist() == [1.5, 2.5]


def test_the_patch_of_a_guessed_encoding_is_the_one_that_fits_as_well(parse: Parse) -> None:
    """Else it tells the one that was guessed."""
    doubtful, clear = (parse("a,y\nmþ,1\n".encode("cp1252")), parse("a,y\nmüch,1\nx,2\n".encode("cp1252")))

    assert "iso-8859-2 or cp1250 would fit" in doubtful.warnings[0].message
    assert doubtful.warnings[0].patch == {"encoding": "iso-8859-2"}
    assert clear.warnings[0].patch == {"encoding": "cp1252"}


ONE_COLUMN: dict[str, tuple[str, str | None, int]] = {
    "colons": ("a:b:c\n1:x:2\n2:y:3\n", ":", 3),
    "carets": ("a^b^c\n1^x^2\n2^y^3\n", "^", 3),
    "tildes": ("a~b~c\n1~x~2\n2~y~3\n", "~", 3),
    "doubled colons": ("user::item::rating\n1::2::3\n2::3::4\n", ":", 5),
    "whole lines in quotes": ('"a,b,c"\n"1,2,x"\n"3,4,y"\n', None, 1),
}


@pytest.mark.parametrize(("content", "sign", "columns"), ONE_COLUMN.values(), ids=ONE_COLUMN.keys())
def test_one_column_that_may_be_a_table_is_doubted(parse: Parse, content: str, sign: str | None, columns: int) -> None:
    """The sign that cuts all of its lines is told with the warning, and cuts them once it is sent."""
    doubt = next(warning for warning in parse(content).warnings if warning.code == "data.delimiter_doubted")

    assert doubt.patch == (None if sign is None else {"delimiter": sign})
    assert ("send `delimiter=" if sign else "remove the quotes") in doubt.message
    table = parse(content, told=Overrides.from_json(dict(doubt.patch or {})))
    assert len(table.columns) == columns


@pytest.mark.parametrize(
    "content",
    [
        "start\n10:30\n11:30\n12:30\n",
        "10:30\n11:30\n12:30\n",
        "2022-10-01T10:30:00Z\n2022-10-02T10:30:00Z\n2022-10-03T10:30:00Z\n",
        "http://a.example\nhttp://b.example\nhttp://c.example\n",
        '"text"\n"hello, world"\n"well, well"\n',
        "ratio\n1:2\n2:3\n",
    ],
)
def test_one_column_that_is_one_is_not_doubted(parse: Parse, content: str) -> None:
    """Times, addresses and sentences have such signs of their own."""
    assert "data.delimiter_doubted" not in [warning.code for warning in parse(content).warnings]


def test_rows_in_quotes_below_bare_names_are_refused_with_what_to_remove(parse: Parse) -> None:
    """To fill such a row up would make a text of it."""
    with pytest.raises(RaggedRow) as caught:
        parse('a,b,c\n"1,2,x"\n"3,4,y"\n')

    assert "Remove the quotes" in str(caught.value.hint)


ABOVE: dict[str, tuple[str, dict[str, Any]]] = {
    "two comments, one told": ("// one\n// two\na,b\n1,x\n2,y\n", {"header": 2}),
    "comments with a comma": ("// one, more\n// two\na,b\n1,x\n2,y\n", {}),
    "comments behind a percent sign": ("% one, two, three\n% four\na,b\n1,x\n2,y\n", {}),
    "comments as long as the rows": ("-- one, two\n-- three, four, five\na,b\n1,x\n2,y\n", {}),
    "titles": ("A report\nof May, June, July, August\na,b\n1,x\n2,y\n", {}),
}


@pytest.mark.parametrize(("content", "told"), ABOVE.values(), ids=ABOVE.keys())
def test_the_hint_names_the_line_below_all_that_stands_above(parse: Parse, content: str, told: dict[str, Any]) -> None:
    """Followed once, it gives the table."""
    with pytest.raises(RaggedRow) as caught:
        parse(content, told=Overrides.from_json(told))

    assert "`header=3`" in str(caught.value.hint)
    assert parse(content, told=Overrides.from_json({"header": 3})).arrow.to_pylist() == AB


def test_names_that_come_again_among_words_are_placed(parse: Parse) -> None:
    """They may be a row, so that somebody has to look."""
    warning = next(w for w in parse("name,city\nann,rome\nname,city\nbob,oslo\n").warnings if "header" in w.code)

    assert warning.position is not None
    assert warning.position.line == 3
    assert warning.message.startswith("Line 3 ")


@pytest.mark.parametrize(("told", "why"), [(None, "looks like data"), (False, "as `header=false` says")])
def test_why_there_are_no_names_is_said(parse: Parse, told: bool | None, why: str) -> None:  # noqa: FBT001 - a table
    """What was told is not blamed on the file."""
    table = parse("1,x\n2,y\n3,z\n", told=Overrides.from_json({"header": told}))

    assert [why in warning.message for warning in table.warnings if warning.code == "data.no_header"] == [True]
