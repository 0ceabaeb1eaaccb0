"""Datasets of a service: uploaded from tables of any kind, looked at, told about, deleted."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Unpack

from chainrule.details import Dataset
from chainrule.overrides import Overrides
from chainrule.tables import TableFile, as_file
from chainrule.transport import Transport, pages


@dataclass(frozen=True)
class Datasets:
    """What was uploaded."""

    transport: Transport

    def upload(self, source: Any, *, name: str | None = None, **told: Unpack[Overrides]) -> Dataset:
        """Upload a table: a path or an open file (a piece at a time), bytes, a frame, an array, columns or rows.

        Frames are those of pandas, polars and pyarrow; columns a dict of lists, rows a list of dicts. The same bytes
        are the same dataset. What is told of the file (a field of `Overrides`) takes the place of a guess.
        """
        with as_file(source) as file:
            return Dataset.of(self._send(file, name or file.name, told))

    def preview(self, source: Any, **told: Unpack[Overrides]) -> dict[str, Any]:
        """Return what an upload would read: columns, warnings, the first rows. Nothing is stored."""
        with as_file(source) as file:
            return self._send(file, None, {**told, "preview": True})

    def delete(self, id_: str) -> None:
        """Forget one that no job or model refers to."""
        self.transport.ask("DELETE", f"/v1/datasets/{id_}")

    def change(self, id_: str, **changes: Any) -> Dataset:
        """Change a dataset's name, or how its file is read; None has a thing found out again."""
        return Dataset.of(self.transport.json("PATCH", f"/v1/datasets/{id_}", json=changes))

    def _send(self, file: TableFile, name: str | None, told: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": file.media_type}
        query = {
            key: said if isinstance(said, str) else json.dumps(said) for key, said in told.items() if said is not None
        }
        params = {**query, **({} if name is None else {"name": name})}
        return dict(self.transport.make("/v1/datasets", params=params, content=file.content, headers=headers))

    def get(self, id_: str) -> Dataset:
        """Read one."""
        return Dataset.of(self.transport.json("GET", f"/v1/datasets/{id_}"))

    def list(self) -> Iterator[Dataset]:
        """Yield all, newest first."""
        return map(Dataset.of, pages(self.transport, "/v1/datasets"))
