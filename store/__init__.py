"""What outlives a process: rows, blobs, live progress and the queue's sending end."""

from dataclasses import dataclass

from store.blob_files import BlobFiles
from store.blobs import Blobs
from store.database import Database
from store.errors import SettingsError
from store.progress import Progress
from store.queue import Queue
from store.settings import Settings

__all__ = ["Blobs", "Database", "Progress", "Queue", "Settings", "Store", "open_store"]


@dataclass(frozen=True)
class Store:
    """Everything that is remembered; the only thing ever passed in."""

    database: Database
    blobs: Blobs
    progress: Progress
    queue: Queue
    settings: Settings

    def close(self) -> None:
        """Close the connections of this process."""
        self.progress.close()
        self.queue.close()
        self.database.close()


def open_store(settings: Settings) -> Store:
    """Join the parts; nothing is connected before it is used."""
    if settings.redis_url is None:
        raise SettingsError("CHAINRULE_REDIS_URL is not set; `./chainrule up` starts a private server and sets it.")
    database = Database(settings.database_url)
    blobs = Blobs(database, BlobFiles.beside(settings.database_url))
    return Store(database, blobs, Progress(settings.redis_url), Queue(settings.redis_url), settings)
