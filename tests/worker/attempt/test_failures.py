"""What the owner of a failed job reads."""

import numpy as np
import pytest

from datasets.errors import FilePosition, TargetSingleValue
from neural import GradientCertificate
from neural.errors import Diverged, ShapeError
from worker.attempt.failures import explain
from worker.errors import GradientCheckFailed


def test_a_divergence_names_epoch_step_layer_and_a_way_out() -> None:
    """`failed` alone leaves people guessing which knob to turn."""
    error = explain(Diverged(epoch=3, step=41, layer="dense_2", best_weights=np.zeros(1), best_epoch=2))

    assert error["code"] == "job.diverged"
    assert "epoch 3, step 41, at layer `dense_2`" in error["message"]
    assert "learning_rate" in error["hint"]
    assert (error["epoch"], error["step"], error["layer"]) == (3, 41, "dense_2")


def test_bad_data_keeps_its_own_code_and_place() -> None:
    """The same fault has the same name at upload and in training."""
    error = explain(TargetSingleValue("`x` is always `a`.", position=FilePosition(name="x"), found="a"))

    assert error == {
        "code": "data.target_single_value", "message": "`x` is always `a`.", "position": {"name": "x"}, "found": "a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "job.out_of_memory"),
        (ShapeError("x", got=(1,), needed=(2,)), "job.untrainable"),
        (GradientCheckFailed(GradientCertificate(0.5, 8, 64, 0, 1e-6, "dense_1.kernel")), "job.gradient_check_failed"),
    ],
)
def test_each_known_cause_has_a_code(error: Exception, code: str) -> None:
    """Programs branch on codes."""
    assert explain(error)["code"] == code


def test_the_unforeseen_shows_a_reference_and_no_secret() -> None:
    """A traceback may hold paths and values; the log keeps it, the job shows where to look."""
    error = explain(RuntimeError("password=hunter2 in /srv/x.py"))

    assert error["code"] == "job.internal"
    assert error["reference"] in error["message"]
    assert "hunter2" not in str(error)
