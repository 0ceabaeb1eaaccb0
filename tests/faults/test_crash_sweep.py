"""F05: killed at every durable operation, a job ends with the same bytes and a clean history."""

import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from store import Store
from store.jobs.reconciler import MOST_CRASHES
from tests.faults import histories
from tests.faults.lives import KILLED, SHAPES, bury, die_at, live, order, traces
from tests.worker import making

SHORT_STRIDE = 9  # the suite looks at every ninth operation, `./chainrule faults` at each
EPOCHS = 4
KILLS_SHORT, KILLS_LONG = 1, 35  # of jobs of each shape


@pytest.mark.timeout(1800)
def test_killed_at_the_nth_operation(store: Store, iris: str, note: Callable[..., None], *, is_long: bool) -> None:
    """Statements, both sides of every commit, renames: wherever the process dies, nothing is lost or doubled."""
    golden = order(store, iris, "adam, dropout", epochs=EPOCHS)
    assert live(store) == 0
    expected, resolved = traces(store, golden), making.find(store, golden).resolved
    number, killed = 1, 0

    while True:
        job_id = making.order_unresolved(store, iris, resolved)
        code = live(store, prepare=partial(die_at, number))
        assert code in {0, KILLED}
        if code == 0:
            break
        killed += 1
        bury(store)
        assert live(store) == 0
        assert traces(store, job_id) == expected, f"killed at operation {number}"
        number += 1 if is_long else SHORT_STRIDE

    histories.check(store)
    assert number > 40
    note(n_max=number - 1, killed=killed)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_at_random_times(
    store: Store, iris: str, note: Callable[..., None], seed: int, *, is_long: bool
) -> None:
    """F01, F15: SIGKILL again and again, over jobs of six shapes; each ends as its undisturbed twin."""
    draw, killed = random.Random(seed), Counter[str]()  # noqa: S311  # not for secrets
    for shape in SHAPES:
        golden = order(store, iris, shape, epochs=150)
        assert live(store) == 0
        expected = traces(store, golden)
        while killed[shape] < (KILLS_LONG if is_long else KILLS_SHORT):
            job_id = making.order_unresolved(store, iris, making.find(store, golden).resolved)
            while making.find(store, job_id).crashes < MOST_CRASHES - 1:  # else it is set aside
                killed[shape] += live(store, kill_after=draw.uniform(0.02, 0.25)) == KILLED
                bury(store)
                if making.find(store, job_id).status == "succeeded":
                    break
            assert live(store) == 0
            assert traces(store, job_id) == expected, f"{shape}, seed {seed}"

    histories.check(store)
    note(kills=killed.total(), shapes=len(SHAPES), seed=seed)
