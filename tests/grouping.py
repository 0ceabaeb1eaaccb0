"""Groups of tests that share a service: each on one worker, whatever the version of pytest."""

from collections.abc import Iterable

import pytest


def name_groups(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Put the groups into the names by which xdist spreads tests.

    xdist 3.8 writes them into `_nodeid`, which pytest 9.2 does not read any more: each worker started every service.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        named = getattr(item, "_nodeid", item.nodeid)
        if named != item.nodeid:
            item._id = type(item._id).parse(named)  # type: ignore[attr-defined]
