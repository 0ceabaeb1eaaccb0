"""A file inside of `multipart/form-data`, read as it arrives: nothing is kept in memory but a few small parts."""

from collections.abc import Collection, Iterator

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from app.errors import Refused, refuse
from app.http import bodies

MOST_PARTS = 20
MOST_MEMORY = 1 << 19  # the pieces of a body and the headers of a part together
MOST_FIELD_BYTES = 1 << 16
HINT = "With curl: `-F file=@data.csv`."


class FileForm:
    """A form with one part `file` and perhaps others of text, with the names that are allowed."""

    def __init__(self, limit: int, *, allowed: Collection[str]) -> None:
        self.file_name = ""
        self.charset: str | None = None
        self.texts: dict[str, str] = {}
        self._limit = limit
        self._allowed = tuple(allowed)
        self._seen: set[str] = set()
        self._text = b""

    def file(self) -> Iterator[bytes]:
        """Yield the file's bytes; the texts are known when it is through."""
        part: File | Field | None = None
        for event in self._events():
            if isinstance(event, File | Field):
                part = self._enter(event)
            elif isinstance(event, Data) and isinstance(part, File):
                yield event.data
            elif isinstance(event, Data) and part is not None:
                self._read_text(part.name, event)
        if "file" not in self._seen:
            raise refuse("request.form_invalid", "The form holds no file; it must have one part `file`.", hint=HINT)

    def _enter(self, part: File | Field) -> File | Field:
        if part.name not in {"file", *self._allowed} or isinstance(part, File) != (part.name == "file"):
            found, listed = str(part.name)[:60], ", ".join(f"`{name}`" for name in self._allowed)
            message = f"The form's part `{found}` is neither a file `file` nor a text {listed}."
            raise refuse("request.form_invalid", message, found=found, allowed=["file", *self._allowed], hint=HINT)
        if part.name in self._seen:
            raise refuse("request.form_invalid", f"The form has two parts `{part.name}`.", hint=HINT)
        self._seen.add(part.name)
        if isinstance(part, File):
            self.file_name = part.filename
            self.charset = parse_options_header(part.headers.get("Content-Type"))[1].get("charset")
        return part

    def _read_text(self, name: str, event: Data) -> None:
        self._text += event.data
        if len(self._text) > MOST_FIELD_BYTES:
            raise refuse("request.form_too_large", f"The part `{name}` is larger than {MOST_FIELD_BYTES} bytes.")
        if not event.more_data:
            try:
                self.texts[name] = self._text.decode()
            except UnicodeDecodeError as error:
                raise refuse("request.encoding", f"The part `{name}` is not UTF-8.") from error
            self._text = b""

    def _events(self) -> Iterator[Event]:
        boundary = request.mimetype_params.get("boundary", "").encode("ascii", "replace")
        if not boundary:
            raise refuse("request.form_invalid", "The `Content-Type` names no boundary.", hint=HINT)
        decoder = MultipartDecoder(boundary, MOST_MEMORY, max_parts=MOST_PARTS)
        try:
            for piece in bodies.chunks(self._limit):
                decoder.receive_data(piece)
                yield from _drain(decoder)
            decoder.receive_data(None)
            yield from _drain(decoder)
        except RequestEntityTooLarge as error:
            message = f"The form has more than {MOST_PARTS} parts, or a part with endless headers."
            raise refuse("request.form_too_large", message, hint=HINT) from error
        except ValueError as error:
            raise _broken() from error


def _drain(decoder: MultipartDecoder) -> Iterator[Event]:
    while not isinstance(event := decoder.next_event(), NeedData):
        yield event
        if isinstance(event, Epilogue):
            return


def _broken() -> Refused:
    return refuse("request.form_invalid", "The body is not whole `multipart/form-data`.", hint=HINT)
