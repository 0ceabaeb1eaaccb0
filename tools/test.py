"""The tests: pytest over two cores, or over every planted fault."""

import sys
from collections.abc import Sequence

from tools.processes import KEEPING_BYTECODE, run

MUTANTS = ("tests/neural/test_mutants.py", "tests/datasets/test_attacks.py")
PYTEST = (sys.executable, "-m", "pytest")


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on two cores, or as the arguments say; `--mutants` plants every known fault instead.

    Without `--all`, or a `-m` of one's own, the tests marked `long` are left out.
    """
    if "--mutants" in arguments:
        others = [argument for argument in arguments if argument != "--mutants"]
        return run([*PYTEST, *MUTANTS, *others], CHAINRULE_TEST_MUTANTS="1", **KEEPING_BYTECODE)
    spread = [] if any(a.startswith("-n") for a in arguments) else ["-n", "2", "--dist", "loadgroup"]
    chosen = [] if {"--all", "-m"} & set(arguments) else ["-m", "not long"]
    others = [argument for argument in arguments if argument != "--all"]
    return run([*PYTEST, *spread, *chosen, *others], **KEEPING_BYTECODE)
