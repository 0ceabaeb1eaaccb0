"""The WSGI application, on the store that the environment describes."""

import os

from app import create_app
from app.http import logs
from store import Settings, open_store

logs.configure()
application = create_app(open_store(Settings.from_environment(os.environ)))
