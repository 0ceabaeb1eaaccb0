"""Log files: long ones are moved on, and whoever has one open goes on writing to it."""

from pathlib import Path

from service.log_files import rotate


def test_a_long_file_moves_on_and_the_oldest_goes(tmp_path: Path) -> None:
    """Each round moves every file by one; what was written last is never more than a file away."""
    log = tmp_path / "api.log"
    with log.open("ab") as part:
        for line in (b"first\n", b"second\n", b"third\n", b"fourth\n"):
            part.write(line)
            part.flush()
            rotate(log, most_bytes=6, kept=2)
        part.write(b"last\n")

    assert log.read_bytes() == b"last\n"
    assert (tmp_path / "api.log.1").read_bytes() == b"fourth\n"
    assert (tmp_path / "api.log.2").read_bytes() == b"third\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["api.log", "api.log.1", "api.log.2"]


def test_a_short_file_stays(tmp_path: Path) -> None:
    """Nothing moves before the limit."""
    log = tmp_path / "api.log"
    log.write_bytes(b"short")

    rotate(log, most_bytes=6)

    assert [path.name for path in tmp_path.iterdir()] == ["api.log"]


def test_no_file_is_no_trouble(tmp_path: Path) -> None:
    """A part that has not written yet has none."""
    rotate(tmp_path / "api.log")

    assert list(tmp_path.iterdir()) == []
