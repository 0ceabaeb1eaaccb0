"""Files as other programs and people leave them, over HTTP: read right, doubted aloud, or refused with a way out."""

import gzip
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

LATTE = b"name,x\nCaf\xe9,1\n\x93Latte\x94,2\n"
LATTES = [["Café", 1], ["“Latte”", 2]]
JOSE = "name,x\nJosé,1\nZoë,2\n"
JOSES = [["José", 1], ["Zoë", 2]]
AB = [[1, "x"], [2, "y"], [3, "z"]]
ROWS = "name,qty\na,1\nb,2\nc,4\n"
READ = [["a", 1], ["b", 2], ["c", 4]]


class Case(NamedTuple):
    """A file, what comes of it (rows, or the code of a refusal), what has to be said, and what was told."""

    content: str | bytes
    gives: Sequence[Sequence[Any]] | str
    says: str = ""
    told: dict[str, Any] | None = None


ENCODINGS = {
    "labelled latin1": Case(LATTE, LATTES, "data.encoding_doubted", {"encoding": "latin1"}),
    "labelled us-ascii": Case(LATTE, LATTES, "data.encoding_doubted", {"encoding": "us-ascii"}),
    "labelled iso-8859-1, and nothing but that": Case(
        "a,b\n1,é\n2,ü\n".encode("latin-1"), [[1, "é"], [2, "ü"]], "", {"encoding": "iso-8859-1"}
    ),
    "controls in latin-9": Case(
        LATTE, [["Café", 1], ["\x93Latte\x94", 2]], "data.encoding_doubted", {"encoding": "iso-8859-15"}
    ),
    "labelled cp1252 and UTF-8": Case(
        JOSE.encode(), [["JosÃ©", 1], ["ZoÃ«", 2]], "data.encoding_doubted", {"encoding": "cp1252"}
    ),
    "labelled us-ascii and UTF-8": Case(JOSE.encode(), JOSES, "data.encoding_doubted", {"encoding": "us-ascii"}),
    "a mark of UTF-8 against a label": Case(
        b"\xef\xbb\xbf" + JOSE.encode(), JOSES, "data.encoding_doubted", {"encoding": "cp1252"}
    ),
    "two marks": Case(b"\xef\xbb\xbf" * 2 + JOSE.encode(), JOSES),
    "two marks of UTF-16": Case(("\ufeff" * 2 + JOSE).encode("utf-16-le"), JOSES),
    "UTF-16": Case(JOSE.encode("utf-16"), JOSES),
    "UTF-32": Case(JOSE.encode("utf-32"), JOSES),
    "UTF-32, big end first": Case(("\ufeff" + JOSE).encode("utf-32-be"), JOSES),
    "UTF-16 without a mark": Case(JOSE.encode("utf-16-be"), "data.bad_encoding", "encoding=utf-16-be"),
    "UTF-32 without a mark": Case(JOSE.encode("utf-32-le"), "data.bad_encoding", "encoding=utf-32-le"),
    "UTF-16 by name, big end first": Case(JOSE.encode("utf-16-be"), JOSES, "", {"encoding": "utf-16"}),
    "UTF-32 by name": Case(JOSE.encode("utf-32-le"), JOSES, "", {"encoding": "utf-32"}),
    "JSON Lines in UTF-16": Case('{"a": 1}\n{"a": 2}\n'.encode("utf-16"), [[1], [2]]),
    "JSON Lines with two marks": Case(b"\xef\xbb\xbf" * 2 + b'{"a": 1}\n{"a": 2}\n', [[1], [2]]),
    "one byte of cp1252 in UTF-8": Case(
        JOSE.encode() + b"Ren\xe9,3\nBj\xc3\xb6rn,4\n", [*JOSES, ["René", 3], ["Björn", 4]], "data.encoding_mixed"
    ),
    "one byte of cp1252 in what was told to be UTF-8": Case(
        JOSE.encode() + b"Ren\xe9,3\n", "data.bad_encoding", "0xE9", {"encoding": "utf-8"}
    ),
    "gzip around a mark": Case(gzip.compress(b"\xef\xbb\xbf" + JOSE.encode()), JOSES),
    "a zero-width space in cells and names": Case(
        "\u200bname,x\u200b\nJosé\u200b,1\u200b\nZoë,\u20602\n", JOSES, "data.invisible_characters"
    ),
    "no-break spaces at edges": Case("name,x\u00a0\n\u00a0José,1\nZoë\u00a0,2\n", JOSES, "data.invisible_characters"),
    "a no-break space in a name": Case("a b,x\u00a0y\n1,2\n3,4\n", [[1, 2], [3, 4]], "data.invisible_characters"),
    "a mark in front of names that come again": Case(
        "name,x\nJosé,1\n\ufeffname,x\nZoë,2\n", JOSES, "data.header_repeated"
    ),
}

FOOTERS = {
    **{
        f"below the rows: {line!r}": Case(ROWS + line, READ, "data.footer_skipped")
        for line in (
            "Total,7\n",
            "Total:,7\n,\n",
            "Summe,7\n",
            "total\n",
            "Grand total,7\n(3 rows)\n",
            "(3 rows)\n",
            "# end\n",
            "-- 3 rows --\n",
            "Source: the office\n",
            "Source: a, b, c\n",
            "EOF\n",
            "---\n",
            "\nMean,2.3\n",
            "\nPreliminary figures\n",
            "\x1a",
            "* estimated\n",
            "3 rows in set\n",
        )
    },
    "a total that makes numbers text": Case(
        "n,x\n1,2\n2,3\n3,5\nTotal,10\n", [[1, 2], [2, 3], [3, 5]], "data.footer_skipped"
    ),
    "a last class that is called average": Case(
        "kind,x\ngood,1\npoor,2\naverage,3\n", [["good", 1], ["poor", 2], ["average", 3]], "data.total_rows"
    ),
    "subtotals": Case(
        "r,x\nn,1\nSubtotal,1\ns,2\nSubtotal,2\n",
        [["n", 1], ["Subtotal", 1], ["s", 2], ["Subtotal", 2]],
        "data.total_rows",
    ),
    "a total that is told to be a row": Case(
        ROWS + "Total,7\n", [*READ, ["Total", 7]], "data.total_rows", {"comment": "#"}
    ),
    "a row that is cut off": Case("a,b,c\nw,1,2\nx,3,4\nNew York\n", "data.ragged_row", "comment=New York"),
    "the hint that it gives": Case(
        "a,b,c\nw,1,2\nx,3,4\nNew York\n", [["w", 1, 2], ["x", 3, 4]], "", {"comment": "New York"}
    ),
    "a text of two lines at the end": Case('a,b\n1,x\n2,"y\nTotal"\n', [[1, "x"], [2, "y\nTotal"]]),
    "a delimiter behind the names": Case("a,b,\n1,2\n3,4\n", "data.ragged_row", "Line 1 ends with"),
    "the only row": Case("a,b\nTotal,5\n", [["Total", 5]]),
    "a table below what names nothing": Case(
        "Report,2024\nBy,me\n\nr,q,p\nn,1,2\ns,2,3\ne,3,4\n", "data.ragged_row", "header=4"
    ),
    "another table below": Case("a,b\n1,2\n3,4\n\nc,d,e\n1,2,3\n1,2,4\n1,2,5\n", "data.ragged_row", "file of its own"),
    "comments of another sign": Case("% x y\n1,2\n3,4\n5,6\n", "data.ragged_row", "comment=%"),
    "escaped delimiters": Case("a\tb\nx\\\ty\t1\nz\t2\nw\t3\n", "data.ragged_row", "escape=\\"),
}

DRAWN = {
    "Markdown": Case("| a | b |\n|---|:-:|\n| 1 | x |\n| 2 | y |\n| 3 | z |\n", AB, "data.table_drawn"),
    "Markdown without edges": Case("a | b\n--- | ---\n1 | x\n2 | y\n3 | z\n", AB, "data.table_drawn"),
    "psql": Case(" a | b \n---+---\n 1 | x\n 2 | y\n 3 | z\n(3 rows)\n\n", AB, "data.table_drawn"),
    "mysql": Case(
        "+---+---+\n| a | b |\n+---+---+\n| 1 | x |\n| 2 | y |\n| 3 | z |\n+---+---+\n3 rows in set (0.00 sec)\n",
        AB,
        "data.table_drawn",
    ),
    "boxes": Case(
        "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1 │ x │\n│ 2 │ y │\n│ 3 │ z │\n└───┴───┘\n", AB, "data.table_drawn"
    ),
    "org": Case("| a | b |\n|---+---|\n| 1 | x |\n| 2 | y |\n| 3 | z |\n", AB, "data.table_drawn"),
    "sqlcmd": Case("a,b\n---,---\n1,x\n2,y\n3,z\n\n(3 rows affected)\n", AB, "data.table_drawn"),
    "columns under dashes": Case("a   b\n--- ---\n1   x\n2   y\n3   z\n", AB, "data.table_drawn"),
    "dashes that are values": Case("a,b\n--,1\n-,2\n--,3\n", [["--", 1], ["-", 2], ["--", 3]]),
}

QUOTES = {
    "blanks behind quotes": Case('"a" ,"b"\n1,"x" \n2 ,"y"\n3,"z" \n', AB, "data.quotes_padded"),
    "blanks around quotes": Case('a,b\n1 , "x"\n2, "y" \n3, "z" \n', AB, "data.quotes_padded"),
    "a delimiter within": Case(
        'a;b\n"1" ;x\n"2";"y;y"\n3;"z" \n', [[1, "x"], [2, "y;y"], [3, "z"]], "data.quotes_padded"
    ),
    "text behind quotes": Case('a,b\n"x" foo,1\n"y" ,2\nz,3\n', "data.text_after_quote", "twice"),
    "curly quotes": Case("n,v\n1,“a”\n2,“b”\n", [[1, "“a”"], [2, "“b”"]], "data.signs_around"),
}

FORMATS = {
    "ARFF": Case("@relation r\n@attribute a numeric\n@data\n1\n2\n", "data.format_unsupported", "@data"),
    "SQL": Case("INSERT INTO t (a,b) VALUES (1,'x');\nINSERT INTO t (a) VALUES (2);\n", "data.format_unsupported"),
    "LIBSVM": Case("1 1:0.5 3:2\n0 2:0.1 3:1\n", "data.format_unsupported"),
    "objects with commas": Case('{"a": 1},\n{"a": 2},\n', "data.bad_json", "comma behind"),
    "objects over lines": Case('{\n  "a": 1\n}\n', "data.bad_json", "line of its own"),
    "true beside numbers": Case('{"a": true}\n{"a": 1}\n', [["true"], ["1"]], "data.mixed_column"),
    "objects below a comment": Case(
        '# c\n{"a": 1}\n{"a": 2}\n', [['{"a": 1}'], ['{"a": 2}']], "data.delimiter_doubted"
    ),
    "a broken bar": Case("a¦b\n1¦x\n2¦y\n", [["1¦x"], ["2¦y"]], "data.delimiter_doubted"),
    "blanks below a comment": Case(
        "! c\nx y\n1 2\n3 4\n5 6\n", [["x y"], ["1 2"], ["3 4"], ["5 6"]], "data.delimiter_doubted"
    ),
    "columns of fixed width": Case(
        "name      age\nJo Smith  25\nAnn Lee   31\n", [["Jo Smith  25"], ["Ann Lee   31"]], "data.delimiter_doubted"
    ),
    "a single semicolon below": Case("c\nv\na;b\n", [["v"], ["a;b"]]),
}  # fmt: skip


ORDINARY = {"data.constant_column", "data.id_column", "data.duplicate_rows", "data.unnamed_column"}
"""What small tables are told besides, since they are small."""


def failing(client: FlaskClient, case: Case) -> str:
    """Look at a file before it is stored; return what is not as it should be."""
    query = {name: said if isinstance(said, str) else json.dumps(said) for name, said in (case.told or {}).items()}
    content = case.content if isinstance(case.content, bytes) else case.content.encode()
    answer = client.post(
        "/v1/datasets", data=content, content_type="text/csv", query_string={"preview": "true", **query}
    )
    body = answer.json
    if "rows" not in body:
        is_right = body["code"] == case.gives and case.says in json.dumps(body, ensure_ascii=False)
        return "" if is_right else f"refused: {body}"
    codes = [warning["code"] for warning in body["warnings"] if warning["code"] not in ORDINARY]
    rows = [list(row.values()) for row in body["rows"]]
    is_right = rows == [list(row) for row in case.gives] and (case.says in codes if case.says else not codes)
    return "" if is_right else f"read: {rows}, told {codes}"


@pytest.mark.parametrize("cases", [ENCODINGS, FOOTERS, DRAWN, QUOTES, FORMATS])
def test_a_file_is_read_or_doubted_or_refused(client: FlaskClient, cases: dict[str, Case]) -> None:
    """Never silently another table: what is unusual is in a warning, what cannot be read in a hint."""
    wrong = {name: said for name, case in cases.items() if (said := failing(client, case))}

    assert wrong == {}
