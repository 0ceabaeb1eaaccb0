"""Uploads: bounded memory, plain names, and one dataset from many hands."""

import os
import signal
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from app.http.forms import FileForm
from app.services.uploads.uploads import plain_name, receive
from app.services.uploads.workspaces import workspace
from store import Store

MIB = 1 << 20


class EndlessForm:
    """A form with a large file, made while it is read."""

    def __init__(self, size: int) -> None:
        self.waiting = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
        self.left = size
        self.is_closed = False

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        if not self.waiting and self.left > 0:
            self.waiting, self.left = b"1,2\r\n" * 20_000, self.left - 100_000
        elif not self.waiting and not self.is_closed:
            self.waiting, self.is_closed = b"\r\n--edge--\r\n", True
        piece, self.waiting = self.waiting[:size], self.waiting[size:]
        return piece


def test_a_form_is_read_in_bounded_memory(app: Flask, tmp_path: Path) -> None:
    """Two gigabytes must not need two gigabytes."""
    environment = {
        "wsgi.input": EndlessForm(64 * MIB),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_TYPE": "multipart/form-data; boundary=edge",
    }
    with app.test_request_context(method="POST", environ_overrides=environment):
        tracemalloc.start()
        received = receive(FileForm(100 * MIB, allowed=("name",)).file(), tmp_path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert received.size >= 64 * MIB
    assert peak < 4 * MIB


def test_a_workspace_is_gone_after_a_failure(tmp_path: Path) -> None:
    """Disks fill up with what failures leave."""

    def fail() -> None:
        with workspace(tmp_path) as folder:
            (folder / "content").write_bytes(b"x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert list((tmp_path / "uploads").iterdir()) == []


@given(st.text(max_size=300))
def test_every_file_name_becomes_a_plain_name(file_name: str) -> None:
    """One printable line without a path, whatever a client calls its file."""
    name = plain_name(file_name)

    assert 0 < len(name) <= 200
    assert name.isprintable()
    assert "/" not in name
    assert "\\" not in name


def test_the_same_file_from_many_hands_is_one_dataset(store: Store, iris: bytes) -> None:
    """On either database, at the same moment."""
    app = create_app(store)

    def upload(_: int) -> tuple[int, str]:
        response = app.test_client().post("/v1/datasets", data=iris, content_type="text/csv")
        return response.status_code, response.json["id"]

    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(upload, range(12)))

    assert len({id_ for _, id_ in answers}) == 1
    assert sorted(status for status, _ in answers) == [200] * 11 + [201]


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    """A disk must not fill up with halves of files that nobody will ever finish."""
    child = os.fork()
    if child == 0:
        with workspace(tmp_path) as folder:
            (folder / "content").write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = (tmp_path / "uploads").iterdir()

    with workspace(tmp_path) as first, workspace(tmp_path) as second:
        there = set((tmp_path / "uploads").iterdir())

    assert there == {first, second}
    assert left not in there
    assert list((tmp_path / "uploads").iterdir()) == []
