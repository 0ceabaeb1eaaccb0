"""Failures of jobs: the one table of their codes, from which a failed job's `error` and the catalogue are made."""

import signal
from dataclasses import dataclass
from typing import Any

SMALLER = "Make the network or `training.batch_size` smaller, or train on fewer rows."
IF_MEMORY = "If memory ran out, use a smaller network or batch."


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a job failed: a code that is stable for ever and what its owner reads, in the job and in the catalogue.

    `message` is told of a job that failed at once; `repeated` of one whose process died, each time it was tried again.
    Both are templates. A failure may have both: memory may run out in an attempt, or end its process.
    """

    code: str
    message: str | None = None
    repeated: str | None = None
    hint: str | None = None
    title: str
    explanation: str
    fix: str
    example: str

    @property
    def is_retried(self) -> bool:
        """Whether the job is tried again before it fails so."""
        return self.repeated is not None


FAILURES: dict[str, Failure] = {
    failure.code: failure
    for failure in (
        Failure(
            code="job.diverged",
            message="Training left the numbers in epoch {epoch}, step {step}, at layer `{layer}`.",
            hint="Lower `training.learning_rate`, set `training.clip_norm`, or scale the inputs.",
            title="The training diverged",
            explanation="The loss, an output or a weight stopped being a finite number.",
            fix="Lower `learning_rate`, set `clip_norm`, or scale the features.",
            example="Training diverged in epoch 3, step 120.",
        ),
        Failure(
            code="job.untrainable",
            message="The network cannot be trained on this data: {reason}.",
            title="The data cannot be trained on",
            explanation="Spec and data fit in form, and still nothing can be learned from them.",
            fix="See the message.",
            example="The class `rare` has no row to train with.",
        ),
        Failure(
            code="job.source_missing",
            message="{reason} It was deleted after the job was submitted.",
            hint="Submit the job again with one that there is.",
            title="Something that the job needs was deleted",
            explanation="What `training.init_from` or `split.validation_dataset_id` names was deleted "
            "before the job read it.",
            fix="Submit the job again with something that there is.",
            example="There is no model `mdl_01jd0000000000000000000000`. It was deleted after the job was submitted.",
        ),
        Failure(
            code="job.data_changed",
            message="{reason}",
            hint="Submit the job again: it is planned anew, with the table as it is read now.",
            title="A dataset of the job is read in another way now",
            explanation="A dataset was told to be read in another way between the moment at which the job was planned "
            "and its attempt, so the plan does not fit the table any more.",
            fix="Submit the job again.",
            example="Dataset `ds_01jd0000000000000000000000` is read in another way now than when the job was made: "
            '`decimal` was not told and is `","`.',
        ),
        Failure(
            code="job.data_damaged",
            message="{reason} The job cannot be done without them.",
            hint="Upload the file again, or submit the job again without what is damaged.",
            title="Stored bytes of the job are damaged",
            explanation="A table or weights that the job reads are no longer the bytes that were stored, "
            "and could not be made anew.",
            fix="Upload the file again and submit the job again; have the disk checked.",
            example="The stored bytes of 3f5a… are damaged. The job cannot be done without them.",
        ),
        Failure(
            code="job.gradient_check_failed",
            message="{reason}",
            title="The gradient check failed",
            explanation="The backward pass and the differences of the forward pass do not agree "
            "on this job's network and data.",
            fix="Report it: this is a fault of the service.",
            example="The gradient check failed at `dense_1.kernel`.",
        ),
        Failure(
            code="job.out_of_memory",
            message="The worker has not enough memory for this job.",
            repeated="Memory ran out on the worker's machine while it ran this job, {attempts} times in a row.",
            hint=SMALLER,
            title="The worker ran out of memory",
            explanation="Training needed more memory than the worker could get.",
            fix="Use smaller layers or batches.",
            example="The worker ran out of memory.",
        ),
        Failure(
            code="job.worker_lost",
            repeated="The worker was lost {attempts} times while it ran this job.",
            hint=IF_MEMORY,
            title="Workers were lost again and again",
            explanation="The job was tried several times and its worker fell silent each time.",
            fix="Submit it again; if it happens again, use smaller layers or batches.",
            example="The worker fell silent 3 times.",
        ),
        Failure(
            code="job.crashed",
            repeated="The process that trained this job ended with {how}, {attempts} times in a row.",
            hint=IF_MEMORY,
            title="The process that trained it crashed again and again",
            explanation="A signal or an exit code ended the process in each of several attempts; `cause` says which.",
            fix="Use smaller layers or batches; report it if it happens with every job.",
            example="The process ended with signal 11 (SIGSEGV), 3 times in a row.",
        ),
        Failure(
            code="job.stalled",
            repeated="The job made no step for too long, {attempts} times in a row.",
            hint="Make the network or `training.batch_size` smaller; a single step should take seconds.",
            title="The training stood still",
            explanation="No step was done for longer than `CHAINRULE_STALL_SECONDS`, in each of several attempts.",
            fix="Use smaller layers or batches.",
            example="The job made no step for too long, 3 times in a row.",
        ),
        Failure(
            code="job.internal",
            message="Something went wrong inside the service; its log tells more under `{reference}`.",
            title="A fault of the service",
            explanation="Something happened that the service was not made for.",
            fix="Report the `reference`; it leads to the details in the worker's log.",
            example="The worker failed on this job.",
        ),
    )
}


def error(code: str, *, reason: object = "", **facts: Any) -> dict[str, Any]:
    """Make the `error` of a job that failed at once; `facts` are told beside the sentence."""
    failure = FAILURES[code]
    if failure.message is None:
        raise ValueError(f"`{code}` is told after several attempts only")
    hint = {} if failure.hint is None else {"hint": failure.hint}
    return {"code": code, "message": failure.message.format(reason=reason, **facts), **facts, **hint}


def repeated_error(cause: str, attempts: int) -> dict[str, Any]:
    """Make the `error` of a job that is not tried again: its last attempt's cause, such as `signal_11`, decides."""
    kind, _, number = cause.partition("_")
    is_crash = kind in {"signal", "exit"} and number.isdigit()
    known = FAILURES.get("job.crashed" if is_crash else f"job.{cause}")
    failure = known if known is not None and known.is_retried else FAILURES["job.worker_lost"]
    how = exit_in_words(kind, int(number)) if is_crash else ""
    return {
        "code": failure.code,
        "message": (failure.repeated or "").format(attempts=attempts, how=how),
        "hint": failure.hint,
        "cause": f"{kind}_{int(number)}" if is_crash else cause,
        "attempts": attempts,
    }


def exit_in_words(kind: str, number: int) -> str:
    """Name a signal or an exit code, such as `signal 11 (SIGSEGV)`."""
    if kind == "exit":
        return f"the exit code {number}"
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:  # a number without a name here
        return f"signal {number}"
