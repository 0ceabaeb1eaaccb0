"""The one table of failures: what a job shows, and how often it was tried before."""

import pytest

from store.jobs.failures import FAILURES, error, repeated_error


def test_a_failure_is_told_with_its_facts_and_its_hint() -> None:
    """Programs branch on the code and read the facts; people read the sentence and the hint."""
    told = error("job.diverged", epoch=3, step=41, layer="dense_2", best_epoch=None)

    assert list(told) == ["code", "message", "epoch", "step", "layer", "best_epoch", "hint"]
    assert told["message"] == "Training left the numbers in epoch 3, step 41, at layer `dense_2`."


def test_a_reason_may_hold_any_character() -> None:
    """Braces in a column's name are no part of the template."""
    assert error("job.untrainable", reason="`{0}` is empty")["message"] == (
        "The network cannot be trained on this data: `{0}` is empty."
    )


@pytest.mark.parametrize(
    ("cause", "code", "sentence"),
    [
        (
            "signal_11", "job.crashed",
            "The process that trained this job ended with signal 11 (SIGSEGV), 3 times in a row.",
        ),
        ("signal_99", "job.crashed", "The process that trained this job ended with signal 99, 3 times in a row."),
        ("exit_3", "job.crashed", "The process that trained this job ended with the exit code 3, 3 times in a row."),
        ("stalled", "job.stalled", "The job made no step for too long, 3 times in a row."),
        (
            "out_of_memory", "job.out_of_memory",
            "Memory ran out on the worker's machine while it ran this job, 3 times in a row.",
        ),
        ("worker_lost", "job.worker_lost", "The worker was lost 3 times while it ran this job."),
        ("signal_eleven", "job.worker_lost", "The worker was lost 3 times while it ran this job."),
        ("diverged", "job.worker_lost", "The worker was lost 3 times while it ran this job."),
    ],
)  # fmt: skip
def test_what_is_not_tried_again_tells_of_its_last_death(cause: str, code: str, sentence: str) -> None:
    """A cause that nobody knows is a worker that was lost."""
    told = repeated_error(cause, 3)

    assert list(told) == ["code", "message", "hint", "cause", "attempts"]
    assert (told["code"], told["message"], told["cause"], told["attempts"]) == (code, sentence, cause, 3)


def test_what_is_retried_says_so_in_its_row() -> None:
    """One table: a failure that is told at once, after several attempts, or both."""
    assert {code for code, failure in FAILURES.items() if failure.is_retried} == {
        "job.out_of_memory", "job.worker_lost", "job.crashed", "job.stalled",
    }  # fmt: skip
    assert all(failure.message or failure.repeated for failure in FAILURES.values())
