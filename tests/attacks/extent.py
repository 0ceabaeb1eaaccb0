"""How much is tried: a little in every run of the tests, all of it by `./chainrule attack`."""

import os

IS_LONG = os.environ.get("CHAINRULE_TEST_ATTACK") == "long"
CASES = int(os.environ.get("CHAINRULE_TEST_CASES", "1000"))
"""Requests generated from the document of the API, on both databases, without a key and with one."""
SEED = int(os.environ.get("CHAINRULE_TEST_SEED", "1729"))


def extent(short: int, long: int) -> int:
    """Choose a number of cases."""
    return long if IS_LONG else short
