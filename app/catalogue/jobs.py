"""Why jobs fail: codes that appear in the `error` of a job, long after its request was answered."""

from app.catalogue.entries import Entry

JOBS = tuple(
    Entry(f"job.{code}", None, title, explanation, fix, example)
    for code, title, explanation, fix, example in (
        (
            "diverged",
            "The training diverged",
            "The loss, an output or a weight stopped being a finite number.",
            "Lower `learning_rate`, set `clip_norm`, or scale the features.",
            "Training diverged in epoch 3, step 120.",
        ),
        (
            "untrainable",
            "The data cannot be trained on",
            "Spec and data fit in form, and still nothing can be learned from them.",
            "See the message.",
            "The class `rare` has no row to train with.",
        ),
        (
            "source_missing",
            "Something that the job needs was deleted",
            "What `training.init_from` or `split.validation_dataset_id` names was deleted before the job read it.",
            "Submit the job again with something that there is.",
            "There is no model `mdl_01jd0000000000000000000000`. It was deleted after the job was submitted.",
        ),
        (
            "gradient_check_failed",
            "The gradient check failed",
            "The backward pass and the differences of the forward pass do not agree on this job's network and data.",
            "Report it: this is a fault of the service.",
            "The gradient check failed at `dense_1.kernel`.",
        ),
        (
            "out_of_memory",
            "The worker ran out of memory",
            "Training needed more memory than the worker could get.",
            "Use smaller layers or batches.",
            "The worker ran out of memory.",
        ),
        (
            "worker_lost",
            "Workers were lost again and again",
            "The job was tried several times and its worker fell silent each time.",
            "Submit it again; if it happens again, use smaller layers or batches.",
            "The worker fell silent 3 times.",
        ),
        (
            "crashed",
            "The process that trained it crashed again and again",
            "A signal or an exit code ended the process in each of several attempts; `cause` says which.",
            "Use smaller layers or batches; report it if it happens with every job.",
            "The process ended with signal 11 (SIGSEGV), 3 times in a row.",
        ),
        (
            "stalled",
            "The training stood still",
            "No step was done for longer than `CHAINRULE_STALL_SECONDS`, in each of several attempts.",
            "Use smaller layers or batches.",
            "The job made no step for too long, 3 times in a row.",
        ),
        (
            "internal",
            "A fault of the service",
            "Something happened that the service was not made for.",
            "Report the `reference`; it leads to the details in the worker's log.",
            "The worker failed on this job.",
        ),
    )
)
