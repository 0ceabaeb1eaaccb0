"""The WSGI application, on the store that the environment describes."""

import os
from contextlib import suppress

from app import create_app
from app.http import logs
from app.services.uploads.workspaces import sweep_home
from store import Settings, open_store

logs.configure()
settings = Settings.from_environment(os.environ)
with suppress(OSError):  # a folder that cannot be written has nothing to sweep
    sweep_home(settings.home)
application = create_app(open_store(settings))
