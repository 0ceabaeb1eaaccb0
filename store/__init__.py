"""The store, which outlives processes: rows, blobs, live progress and the queue's sending end."""

from dataclasses import dataclass
from functools import cached_property

from store.api_keys import KeyCensus, KeyUses
from store.blobs.blobs import Blobs
from store.blobs.files import BlobFiles
from store.blobs.local_copies import LocalCopies
from store.database.database import Database
from store.errors import SettingsError
from store.prepared_tables import PreparedTables
from store.redis.live_progress import LiveProgress
from store.redis.queue import Queue
from store.settings.settings import Settings

__all__ = ["Blobs", "Database", "LiveProgress", "Queue", "Settings", "Store", "open_store"]


@dataclass(frozen=True)
class Store:
    """Everything that is remembered; the only thing ever passed in."""

    database: Database
    blobs: Blobs
    progress: LiveProgress
    queue: Queue
    settings: Settings

    @cached_property
    def copies(self) -> LocalCopies:
        """Blobs as files on this machine's disk."""
        return LocalCopies(self.blobs, self.settings.home / "cache")

    @cached_property
    def tables(self) -> PreparedTables:
        """Prepared tables as files on this machine's disk."""
        return PreparedTables(self.blobs, self.copies)

    @cached_property
    def key_uses(self) -> KeyUses:
        """When API keys were used."""
        return KeyUses(self.database)

    @cached_property
    def key_census(self) -> KeyCensus:
        """Whether an API key was ever made."""
        return KeyCensus(self.database)

    def close(self) -> None:
        """Close the connections of this process."""
        self.key_uses.close()
        self.progress.close()
        self.queue.close()
        self.database.close()


def open_store(settings: Settings) -> Store:
    """Join the parts; nothing is connected before it is used."""
    if settings.redis_url is None:
        raise SettingsError("CHAINRULE_REDIS_URL is not set; `./chainrule up` starts a private server and sets it.")
    database = Database(settings.database_url)
    blobs = Blobs(database, BlobFiles.beside(settings.database_url))
    return Store(database, blobs, LiveProgress(settings.redis_url), Queue(settings.redis_url), settings)
