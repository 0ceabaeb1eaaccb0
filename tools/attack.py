"""Running what attacks the service, in its long form: files, bytes, crowds, kills, the contract."""

import sys
from collections.abc import Sequence

from tools.processes import KEEPING_BYTECODE, run

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:rerunfailures", "-p", "no:cacheprovider")
TESTS = (
    "tests/attacks",
    "tests/acceptance/test_at_once.py",
    "tests/acceptance/test_bad_inputs.py",
    "tests/acceptance/test_damage.py",
    "tests/acceptance/test_dying.py",
    "tests/acceptance/test_full_disk.py",
    "tests/acceptance/test_keys.py",
    "tests/acceptance/test_odd_requests.py",
    "tests/app/http",
    "tests/app/server",
    "tests/app/test_away.py",
    "tests/app/test_server.py",
    "tests/datasets/reading/test_bad_files.py",
    "tests/service/test_guards.py",
)


def run_attack(arguments: Sequence[str], *, seed: int, cases: int) -> int:
    """Run all of it, or the tests named; `cases` requests are generated from the document of the API."""
    named = [] if any(argument.startswith("tests/") for argument in arguments) else TESTS
    return run(
        [*PYTEST, *named, *arguments],
        CHAINRULE_TEST_ATTACK="long",
        CHAINRULE_TEST_CASES=str(cases),
        CHAINRULE_TEST_SEED=str(seed),
        **KEEPING_BYTECODE,
    )
