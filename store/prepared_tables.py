"""Prepared tables as files of this machine: verified, and made anew from the uploaded file where theirs is damaged."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from store.blobs.blobs import Blobs, Stored
from store.blobs.local_copies import LocalCopies
from store.database.tables import Dataset
from store.errors import BlobCorrupt, BlobMissing

log = structlog.get_logger(__name__)


class PreparedTables:
    """Finds the file of a prepared table by its digest."""

    def __init__(self, blobs: Blobs, copies: LocalCopies) -> None:
        self._blobs, self._copies = blobs, copies

    def path(self, digest: str, *, hash_again: bool = False) -> Path:
        """Give the path of a file with exactly these bytes; see `LocalCopies.path`.

        Raises BlobMissing and BlobCorrupt where the table is damaged and cannot be made anew.
        """
        try:
            return self._copies.path(digest, hash_again=hash_again)
        except (BlobMissing, BlobCorrupt):
            if not self._is_made_anew(digest):
                raise
        return self._copies.path(digest, hash_again=hash_again)

    def read(self, digest: str) -> bytes:
        """Return all bytes, verified, for who has no room for a file."""
        return self._blobs.read(digest)

    def _is_made_anew(self, digest: str) -> bool:
        """Prepare the uploaded file again; False where it is damaged too, or this version reads it otherwise or not."""
        with self._blobs.database.reading() as session:
            found = select(Dataset.content_digest, Dataset.overrides).where(Dataset.prepared_digest == digest)
            sources = {source: told or {} for source, told in session.execute(found)}
        return any(self._is_made_of(source, told, digest) for source, told in sources.items())

    def _is_made_of(self, source: str, told: Mapping[str, Any], digest: str) -> bool:
        """Read a file as it was told to be read, then as it was read before other forms of cells were known."""
        from datasets import PLAIN, Limits, Overrides, digest_file, parse_table  # noqa: PLC0415  # seconds, for a rare repair
        from datasets.errors import DatasetError  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="chainrule-repair-") as folder:
            content, prepared = Path(folder) / "content", Path(folder) / "prepared.arrow"
            try:
                with content.open("wb") as file:
                    file.writelines(self._blobs.stream(source))
            except (BlobMissing, BlobCorrupt):
                return False
            limits = Limits(max_bytes=content.stat().st_size)
            for forms in (None, PLAIN):
                with suppress(DatasetError):
                    overrides = Overrides.from_json(told)
                    parse_table(content, limits=limits, prepared=prepared, overrides=overrides, forms=forms)
                    if digest_file(prepared) == digest:
                        self._replace(digest, prepared)
                        return True
        return False

    def _replace(self, digest: str, prepared: Path) -> None:
        with prepared.open("rb") as file:
            self._blobs.replace(Stored(digest, prepared.stat().st_size), file)
        log.warning("a damaged table was made anew", digest=digest)
