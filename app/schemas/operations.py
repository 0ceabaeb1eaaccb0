"""The form of the JSON about the service itself: vocabulary, limits, queue and workers."""

from typing import Any

from marshmallow import INCLUDE, Schema, post_dump
from marshmallow import fields as f

from app.schemas.shared import Time, known, later, page_of


class CapabilitiesSchema(Schema):
    """Every word that a job body may use: groups of components with their parameters, defaults and bounds."""

    class Meta:
        """Groups are named by the vocabulary, not here."""

        unknown = INCLUDE

    object = f.Constant("capabilities", **known("Always `capabilities`."))

    @post_dump(pass_original=True)
    def with_groups(self, answer: dict[str, Any], groups: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Pass every group on as the vocabulary tells it."""
        return {**answer, **groups}


class LimitsSchema(Schema):
    """The largest sizes that are accepted."""

    object = f.Constant("limits", **known("Always `limits`."))
    max_upload_bytes = f.Integer(**known("Largest dataset file."))
    max_body_bytes = f.Integer(**known("Largest JSON body."))
    max_job_memory_bytes = f.Integer(**known("Largest estimate of a job's memory."))
    max_parameters = f.Integer(**known("Most parameters of a network."))
    max_queued_jobs = f.Integer(**known("Most jobs that may wait."))
    max_columns = f.Integer(**known("Most columns of a dataset."))
    max_rows = f.Integer(**known("Most rows of a dataset."))
    max_cell_chars = f.Integer(**known("Longest cell of a dataset."))


class QueueStateSchema(Schema):
    """What waits and what runs, over all projects."""

    object = f.Constant("queue", **known("Always `queue`."))
    jobs = f.Dict(keys=f.String(), values=f.Integer(), **known("How many jobs have each status."))
    max_queued_jobs = f.Integer(**known("How many may wait."))
    tokens = f.Integer(**later("Wake-up messages on their way; `null` while Redis is away."))


class WorkerSchema(Schema):
    """A process that trains one job at a time."""

    id = f.String(**known("Starts with `wrk_`."))
    object = f.Constant("worker", **known("Always `worker`."))
    host = f.String(**known("Where it runs."))
    pid = f.Integer(**known("Its process there."))
    is_busy = f.Boolean(**known("Whether it trains."))
    job_id = f.String(**later("What it trains, if that is a job of this project."))
    heartbeat_age_s = f.Float(**known("Seconds since it last spoke."))
    is_calibrated = f.Boolean(**known("Whether it has measured what work costs on it."))
    started_at = Time(**known("RFC 3339, UTC."))


class AccuracySchema(Schema):
    """How good the latest quotes of this project's jobs have been, for the epochs that were run."""

    object = f.Constant("estimates_accuracy", **known("Always `estimates_accuracy`."))
    jobs = f.Integer(**known("Jobs that succeeded at their first attempt, 100 at most."))
    inside_share = f.Float(**later("How many took a time inside the quoted interval."))
    wanted_share = f.Float(**known("How many the intervals are made for."))
    median_ratio = f.Float(**later("Median of actual by expected time."))
    median_width = f.Float(**later("Median of an interval's upper by its lower end."))
    memory_jobs = f.Integer(**known("Jobs whose memory was measured."))
    memory_near_share = f.Float(**later("How many needed what was quoted within 30 %."))
    memory_median_ratio = f.Float(**later("Median of actual by quoted memory."))


WorkersSchema = page_of(WorkerSchema)
