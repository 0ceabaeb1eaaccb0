"""Prepared tables that are damaged, and whose source does not help: the damage is told as such."""

import io

import pytest
from sqlalchemy import update

from store import Store
from store.blobs.blobs import Stored, measure
from store.database.tables import BlobChunk, Dataset
from store.errors import BlobCorrupt
from tests.store.samples import add_dataset


def damaged(store: Store, source: bytes) -> str:
    """Store a dataset with this source and a prepared table that was damaged; give the table's digest."""
    dataset_id, kept = add_dataset(store.database), measure(io.BytesIO(b"a prepared table"))
    with store.database.transaction() as session:
        content = store.blobs.put(session, io.BytesIO(source))
        prepared: Stored = store.blobs.put(session, io.BytesIO(b"a prepared table"))
        dataset = session.get_one(Dataset, dataset_id)
        dataset.content_digest, dataset.prepared_digest = content.digest, prepared.digest
    with store.database.transaction() as session:
        session.execute(update(BlobChunk).where(BlobChunk.digest == kept.digest).values(data=b"a prepared tabel"))
    return kept.digest


@pytest.mark.parametrize("source", [b'{"a": NaN}\n', b"a,b\n1,2\n3,4\n"], ids=["refused today", "read otherwise today"])
def test_a_source_that_does_not_give_it_leaves_the_damage(store: Store, source: bytes) -> None:
    """Whoever asks for rows did nothing wrong, so no fault of the file is told in place of it."""
    digest = damaged(store, source)

    with pytest.raises(BlobCorrupt):
        store.tables.path(digest)
