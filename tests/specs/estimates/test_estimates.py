"""Quotes follow from counted work, measured prices and past jobs, and are held to the epochs that were run."""

import random
import tracemalloc
from typing import Any

import pytest

import neural
import specs
from neural.network.network import PlacedLayer
from neural.vocabulary import LAYERS, create
from specs.estimates import Past, PastTrainings
from specs.estimates.calibration import Calibration, fitted
from specs.estimates.references import references
from specs.estimates.work import UNITS, epoch, forward, step
from tests.specs.facts import IRIS, body, faults_of, resolve

PRICES = {name: 10.0 ** -(index + 3) for index, name in enumerate(UNITS)}


def quote(
    *, calibrations: tuple[Calibration, ...] = (), past: PastTrainings | None = None, **given: Any
) -> dict[str, Any]:
    """Quote a job on iris, of one small network."""
    return specs.estimate(resolve(body(**{"network": {"hidden": [32, 16]}, **given})), calibrations, past)


def reckoned(quoted: dict[str, Any]) -> float:
    """Add what was reckoned."""
    parts = quoted["basis"]["reckoned_s"]
    return float(parts["fixed"] + parts["epoch"] * quoted["epochs"])


def test_a_dense_layer_costs_two_operations_for_each_weight_and_row() -> None:
    """4 inputs and a bias into 32 units, 16 rows: 2 · 5 · 32 · 16."""
    layer = create("layer", "dense", units=32, activation="tanh")

    work = forward(PlacedLayer.of(layer, (4,)), 16)

    assert work["products"] == 2 * 5 * 32 * 16
    assert work["functions"] == 32 * 16


def test_a_training_step_costs_three_products_but_for_the_first_layer() -> None:
    """Nobody needs the error of the network's input."""
    dense = create("layer", "dense", units=8)
    network = neural.Network(layers=(dense, dense), input_shape=(8,))

    work = step(network, references()[0].plan, 1)

    assert work["products"] == (2 + 3) * 2 * 9 * 8


def test_an_epoch_of_twice_the_rows_is_twice_the_work() -> None:
    """Only what is done once for each epoch stays."""
    network, plan = references()[0].network, references()[0].plan

    once, twice = epoch(network, plan, 160, 40), epoch(network, plan, 320, 80)

    assert twice["products"] == 2 * once["products"]
    assert twice["steps"] == 2 * once["steps"]
    assert twice["epochs"] == once["epochs"] == 1


def test_looking_at_the_layers_is_part_of_the_quote() -> None:
    """Nothing for who does not look, and more for who looks more often."""
    plans = [specs.build_plan(resolve(body(tracking={"layer_health": every})).spec) for every in (None, 100, 2)]
    network = neural.Network(layers=(neural.Dense(units=3),), input_shape=(4,))

    bare, seldom, often = (epoch(network, plan, 3200, 0) for plan in plans)

    assert bare["calls"] < seldom["calls"] < often["calls"]
    assert bare["updates"] < seldom["updates"] < often["updates"]
    assert bare["products"] == seldom["products"] == often["products"]


def test_prices_are_found_again() -> None:
    """Trainings whose seconds follow from known prices give these prices back."""
    works = [epoch(each.network, each.plan, each.rows, each.held_out) for each in references()]
    true = Calibration(seconds=PRICES, error=0.0)

    found = fitted(works, [true.price(work) for work in works])

    assert found.error < 1e-6
    for work in works:
        assert found.price(work) == pytest.approx(true.price(work))


def test_no_price_is_below_zero() -> None:
    """Noise must not make anything earn time."""
    works = [epoch(each.network, each.plan, each.rows, each.held_out) for each in references()]
    draw = random.Random(0)  # noqa: S311  # noise

    found = fitted(works, [draw.lognormvariate(-5, 2) for _ in works])

    assert min(found.seconds.values()) >= 0
    assert all(found.price(work) > 0 for work in works)


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_of_layer_costs_something(kind: str) -> None:
    """A kind that is forgotten would look free; `flatten` and the like still copy."""
    shapes: list[tuple[int, ...]] = [(6, 8), (12, 12, 3), (7,), (32,)]
    needed: dict[str, Any] = {
        "target_shape": (-1,),
        "input_dim": 9,
        "start": 0,
        "stop": 2,
        "function": "relu",
        "rate": 0.5,
        "dims": (2, 1),
        "mean": (0.0,),
        "variance": (1.0,),
    }
    entry = LAYERS[kind]
    given = {info.name: needed.get(info.name, 2) for info in entry.parameters if info.default is None}
    layer = create("layer", kind, **given)
    several = max(1, layer.minimum_inputs)
    for shape in shapes:
        try:
            placed = PlacedLayer.of(layer, *[shape] * several)
        except neural.errors.ShapeError:
            continue
        work = forward(placed, 4)
        assert work["calls"] > 0
        assert sum(count for name, count in work.items() if name != "calls") > 0
        return
    pytest.fail(f"no shape fits {kind}")


def test_twice_the_epochs_take_twice_the_time_of_one() -> None:
    """What comes before and after the epochs is counted once."""
    ten, twenty = quote(training={"epochs": 10}), quote(training={"epochs": 20})

    parts = ten["basis"]["reckoned_s"]
    assert reckoned(twenty) - reckoned(ten) == pytest.approx(10 * parts["epoch"])


def test_the_slowest_worker_is_quoted() -> None:
    """Nobody knows which worker will take the job."""
    fast = Calibration(seconds={"epochs": 1e-4}, error=0.1)
    slow = Calibration(seconds={"epochs": 1e-2}, error=0.1)

    assert quote(calibrations=(fast, slow)) == quote(calibrations=(slow, fast))
    assert quote(calibrations=(fast, slow))["basis"]["reckoned_s"]["epoch"] == pytest.approx(1e-2)


def test_a_time_limit_caps_the_quote() -> None:
    """A job that is ended after a second takes no minute."""
    slow = Calibration(seconds={"epochs": 10.0}, error=0.1)

    quoted = quote(calibrations=(slow,), training={"max_time_s": 1})

    assert quoted["duration_s"]["high"] == 1.0
    assert "after 1 s it is ended" in quoted["assumes"]


def test_early_stopping_is_said_to_be_left_out() -> None:
    """The quote is for all epochs, and says so."""
    stopping, whole = quote(), quote(training={"early_stopping": None})

    assert stopping["may_stop_early"]
    assert "early stopping may end it sooner" in stopping["assumes"]
    assert "early stopping" not in whole["assumes"]


def test_without_past_jobs_the_interval_comes_from_the_calibration() -> None:
    """A poor fit makes a wide interval, a busy machine a high one."""
    good = PastTrainings().spread(1.0, error=0.3, busy=1.0)
    poor = PastTrainings().spread(1.0, error=0.6, busy=1.0)
    busy = PastTrainings().spread(1.0, error=0.3, busy=4.0)

    assert poor.high / poor.low > good.high / good.low
    assert busy.high > good.high
    assert good.low < good.middle <= good.high
    assert good.jobs == 0


def test_intervals_from_the_past_hold_for_nine_in_ten() -> None:
    """The promise of conformal prediction: whatever the distribution is, the share inside is what was wanted."""
    draw = random.Random(7)  # noqa: S311  # noise
    inside = 0
    for _ in range(2000):
        past = [Past(1.0, draw.choice([0.8, 1.0, 3.0]) * draw.lognormvariate(0, 0.5)) for _ in range(40)]
        spread = PastTrainings(past).spread(1.0, error=0.1, busy=1.0)
        took = draw.choice([0.8, 1.0, 3.0]) * draw.lognormvariate(0, 0.5)
        inside += spread.low <= took <= spread.high

    assert 0.87 < inside / 2000 < 0.94


def test_a_job_is_compared_with_jobs_of_its_own_length() -> None:
    """What short jobs spend on starting says nothing about long ones."""
    short = [Past(0.05, 0.5) for _ in range(40)]
    long = [Past(100.0, 110.0) for _ in range(40)]

    assert PastTrainings(short + long).spread(0.04, error=0.1, busy=1.0).middle == pytest.approx(10)
    assert PastTrainings(short + long).spread(90.0, error=0.1, busy=1.0).middle == pytest.approx(1.1)


def test_a_quote_is_held_to_the_epochs_that_were_run() -> None:
    """Stopping after a tenth of the epochs is no error of the quote."""
    slow = Calibration(seconds={"epochs": 1.0}, error=0.1)
    quoted = quote(calibrations=(slow,), training={"epochs": 100})

    early = specs.judge(quoted, epochs=10, duration_s=10.1)
    late = specs.judge(quoted, epochs=10, duration_s=100.1)

    assert early is not None
    assert late is not None
    assert early.is_inside
    assert early.reckoned_s == pytest.approx(10.04, abs=0.1)
    assert not late.is_inside


def test_memory_is_near_within_thirty_percent() -> None:
    """As it is promised."""
    quoted = quote()
    measured = quoted["memory_bytes"]

    verdicts = [
        judgement.is_memory_near
        for factor in (1.0, 0.72, 1.28, 0.5, 1.5)
        if (judgement := specs.judge(quoted, epochs=1, duration_s=1, memory_bytes=int(measured / factor)))
    ]

    assert verdicts == [True, True, True, False, False]


def test_a_quote_of_an_older_service_is_not_judged() -> None:
    """Jobs outlive the form of their quotes."""
    assert specs.judge({"memory_bytes": 1}, epochs=1, duration_s=1) is None


def test_a_network_of_a_billion_units_is_refused_without_memory() -> None:
    """Nothing is allocated for what cannot be; the shape alone tells."""
    layers = [{"type": "dense", "units": 31_623}, {"type": "dense", "units": 31_623}, {"type": "dense", "units": 3}]
    faults_of(body(network={"layers": layers}), IRIS)
    tracemalloc.start()

    faults = faults_of(body(network={"layers": layers}), IRIS)

    risen = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [fault.code for fault in faults] == ["spec.too_big"]
    assert risen < 20 * 2**20
