"""Hints lead out: a file that is mended as its refusal says is read."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from datasets import Limits, parse_table
from datasets.errors import DatasetError
from tests.datasets.reading.broken import BROKEN
from tests.datasets.reading.following import STEPS, follow
from tests.datasets.reading.test_bad_files import CASES


def _encoded(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


UNFOLLOWABLE: Mapping[str, str] = {
    "quote=": "whether quotes are characters or ends of cells, only the owner knows",
    "complete": "what is missing is where the file came from",
    "Save the table as CSV": "what the bytes mean, only the program knows that wrote them",
    "Send a table as it is": "the archive holds no table, or several files of which one has to be chosen",
    "astype": "how objects and texts become numbers is for their owner to say",
    "Convert the column": "how it becomes numbers is for its owner to say",
    "Pack": "an archive is packed again from the files themselves",
    "less compressed": "what makes so much out of so little is most likely no table",
    "transpose": "which rows or columns are left out is for their owner to say",
    "as two files": "one upload becomes two",
    "of as many numbers": "which numbers a vector lacks, only its owner knows",
    "Only lists of whole numbers": "which numbers a vector lacks, only its owner knows",
    "no missing numbers": "which number stands in, only its owner knows",
    "one row per line": "where rows end, only the owner knows",
    "Look at character": "what was meant there, only a person sees",
    "Write null": "the value is in a file of bytes, which its program writes again",
}
"""Words of hints that nobody can follow without thinking, or without another file, each with the reason."""
IN_BYTES = {"arrow: a name that is not UTF-8", "parquet: a name that is not UTF-8", "parquet: a name twice"}
"""Told to rename a column, in a file that only its program can write."""


MAKERS: Mapping[str, Callable[[], bytes]] = {
    **{name: partial(_encoded, content) for name, (content, *_) in CASES.items()},
    **{name: broken.make for name, broken in BROKEN.items()},
}


def refusal(path: Path) -> DatasetError | None:
    """Read a file; return why it is refused."""
    try:
        parse_table(path, limits=Limits())
    except DatasetError as error:
        return error
    return None


@pytest.mark.parametrize("name", MAKERS)
def test_a_mended_file_is_read(name: str, tmp_path: Path) -> None:
    """Or the hint is one of those that nobody can follow literally, and is known to be."""
    path, content, seen = tmp_path / "content", MAKERS[name](), set()
    for _ in range(STEPS):
        path.write_bytes(content)
        error = refusal(path)
        if error is None:
            return
        assert content not in seen, error.hint
        seen.add(content)
        mended = follow(content, error)
        if mended is None:
            assert name in IN_BYTES or any(words in str(error.hint) for words in UNFOLLOWABLE), error.hint
            return
        content = mended
    pytest.fail(f"after {STEPS} hints it is still refused: {error}, {error and error.hint}")
