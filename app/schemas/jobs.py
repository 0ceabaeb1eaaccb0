"""The form of the JSON about jobs; what a job body means is said by `specs`."""

from marshmallow import INCLUDE, Schema, validate
from marshmallow import fields as f

from app.schemas.datasets import PositionSchema
from app.schemas.shared import PageQuerySchema, PositiveNumber, Time, WholeNumber, known, later
from app.views.metric_series import FEWEST_POINTS, MOST_POINTS
from store.states import JobStatus, Phase, StopReason


class ProgressSchema(Schema):
    """How far a job is."""

    fraction = f.Float(validate=validate.Range(0, 1), **known("Share of the steps done, 0 to 1."))
    epoch = f.Integer(**known("The epoch being worked on, counted from 1; 0 before the first."))
    epochs = f.Integer(**later("How many epochs there are at most."))
    step = f.Integer(**known("Updates of the weights so far."))
    steps = f.Integer(**later("How many updates there are at most."))
    eta_s = f.Float(**later("Estimated seconds left; `null` while not training."))
    samples_per_s = f.Float(**later("Training rows worked through per second."))


class BestSchema(Schema):
    """The best epoch so far."""

    metric = f.String(**known("The metric that decides."))
    direction = f.String(validate=validate.OneOf(["min", "max"]), **known("Whether small or large is good."))
    value = f.Float(**later("Its best value so far."))
    epoch = f.Integer(**known("The epoch in which it was reached."))


class QueueSchema(Schema):
    """Where a job waits."""

    position = f.Integer(**later("1 for the job that is taken next; `null` unless queued."))
    waited_s = f.Float(**known("Seconds between submission and the first start, or now."))


class NoticeSchema(Schema):
    """Something worth knowing that stops nothing."""

    code = f.String(**known("Stable, dotted name of the warning."))
    message = f.String(**known("One sentence."))
    pointer = f.String(metadata={"description": "JSON Pointer into the job body."})
    patch = f.Dict(keys=f.String(), metadata={"description": "A JSON merge patch that would change it."})
    column = f.String(metadata={"description": "The column of the dataset that it is about."})
    position = f.Nested(PositionSchema, metadata={"description": "Where in the dataset's file it was seen."})


class OriginSchema(Schema):
    """Where a job comes from that was made out of another one."""

    job_id = f.String(**known("The job before it."))
    how = f.String(validate=validate.OneOf(["retry", "continue"]), **known("What was asked of that job."))
    checkpoint_id = f.String(**later("The checkpoint that it goes on from; `null` from the start."))
    epoch = f.Integer(**known("The epochs that were done there."))
    step = f.Integer(**known("The updates that were done there."))


class IntervalSchema(Schema):
    """A time that is not known exactly."""

    low = f.Float(**known("Hardly less."))
    expected = f.Float(**known("About so much."))
    high = f.Float(**known("Hardly more."))


class ActualSchema(Schema):
    """What a job took, beside the quote for the epochs that were run."""

    epochs = f.Float(**known("How many were run."))
    reckoned_s = f.Float(**known("What the model of the cost gave for them, on an idle worker."))
    low_s = f.Float(**known("The interval's lower end for them."))
    expected_s = f.Float(**known("The expected time for them."))
    high_s = f.Float(**known("The interval's upper end for them."))
    duration_s = f.Float(**known("What they took, from the claim to the result."))
    is_inside = f.Boolean(**known("Whether that lies in the interval."))
    memory_bytes = f.Integer(**later("The most memory that the worker's process held; `null` where unknown."))
    quoted_memory_bytes = f.Integer(**known("What was quoted."))
    is_memory_near = f.Boolean(**later("Whether both are within 30 %."))


class EstimateSchema(Schema):
    """What was quoted, and what became of it."""

    duration_s = f.Nested(IntervalSchema, **known("For all epochs, without waiting."))
    memory_bytes = f.Integer(**known("The most memory that the worker's process will hold."))
    assumes = f.String(**known("What the quote takes for granted."))
    actual = f.Nested(ActualSchema, **later("Once the job succeeded at its first attempt."))


class JobSchema(Schema):
    """One request to train."""

    id = f.String(**known("Starts with `job_`."))
    object = f.Constant("job", **known("Always `job`."))
    name = f.String(**later("A name of your choice."))
    status = f.String(validate=validate.OneOf(list(JobStatus)), **known("Where the job stands; a closed set."))
    phase = f.String(validate=validate.OneOf(list(Phase)), **known("What is being done right now."))
    done = f.Boolean(**known("True when nothing more will happen: stop polling."))
    stop_reason = f.String(validate=validate.OneOf(list(StopReason)), **later("Why it ended."))
    progress = f.Nested(ProgressSchema, **known("How far it is."))
    best = f.Nested(BestSchema, **later("The best epoch so far."))
    latest = f.Dict(keys=f.String(), **later("The metrics of the last finished epoch."))
    dataset_id = f.String(**known("The dataset it learns from."))
    model_id = f.String(**later("The model, once the job has succeeded."))
    seed = f.Integer(**known("Posted with the resolved spec it gives the same weights."))
    attempt = f.Integer(**known("How often a worker has started on it."))
    warnings = f.List(f.Nested(NoticeSchema), **known("What is worth knowing about the spec."))
    error = f.Dict(keys=f.String(), **later("Why it failed: `code`, `message` and where they help `hint`, `patch`."))
    queue = f.Nested(QueueSchema, **known("Its place in the queue."))
    worker_id = f.String(**later("Who works on it."))
    heartbeat_age_s = f.Float(**later("Seconds since its worker last spoke; `null` unless running."))
    created_at = Time(**known("RFC 3339, UTC."))
    started_at = Time(**later("When a worker first took it."))
    finished_at = Time(**later("When it ended."))
    origin = f.Nested(OriginSchema, **later("The finished job that this one repeats or goes on from."))
    estimate = f.Nested(EstimateSchema, **later("What was quoted before it started; `null` for what goes on."))
    priority = f.Integer(**known("Larger goes first."))
    tags = f.List(f.String(), **known("Your labels."))
    metadata = f.Dict(keys=f.String(), **known("Your own keys, kept as they are."))
    urls = f.Dict(keys=f.String(), values=f.String(allow_none=True), **known("Where its parts are."))


class PlanSchema(Schema):
    """What a job would be, without starting it."""

    object = f.Constant("job_plan", **known("Always `job_plan`."))
    resolved = f.Dict(keys=f.String(), **known("The spec with every value filled in; post it to repeat exactly."))
    provenance = f.Dict(keys=f.String(), **known("JSON Pointer of each value → its `source` and `reason`."))
    summary = f.Dict(keys=f.String(), **known("Layers, shapes, parameters, FLOPs and memory."))
    estimate = f.Dict(keys=f.String(), **known("Time as an interval, memory, FLOPs, steps, and what they rest on."))
    warnings = f.List(f.Nested(NoticeSchema), **known("What is worth knowing about the spec."))


class SpecSchema(Schema):
    """A job's spec as it was given, as it was resolved, and why."""

    object = f.Constant("job_spec", **known("Always `job_spec`."))
    job_id = f.String(**known("The job."))
    given = f.Dict(keys=f.String(), **known("What was posted."))
    resolved = f.Dict(keys=f.String(), **known("Every value filled in."))
    provenance = f.Dict(keys=f.String(), **known("JSON Pointer of each value → its `source` and `reason`."))
    summary = f.Dict(keys=f.String(), **known("Layers, shapes, parameters, FLOPs and memory."))
    warnings = f.List(f.Nested(NoticeSchema), **known("What is worth knowing about the spec."))


class EventSchema(Schema):
    """Something that happened to a job."""

    object = f.Constant("event", **known("Always `event`."))
    job_id = f.String(**known("The job."))
    seq = f.Integer(**known("Counts the job's events from 1 without a gap."))
    type = f.String(**known("Dotted name, such as `job.queued`."))
    message = f.String(**known("One sentence."))
    data = f.Dict(keys=f.String(), **later("Details."))
    created_at = Time(**known("RFC 3339, UTC."))


class AttemptSchema(Schema):
    """One try of a job by one worker."""

    object = f.Constant("attempt", **known("Always `attempt`."))
    job_id = f.String(**known("The job."))
    number = f.Integer(**known("Counted from 1."))
    worker_id = f.String(**later("Who tried."))
    outcome = f.String(**later("How it ended; `null` while it lasts."))
    cause = f.String(**later("Why, where that is not the outcome itself: `out_of_memory`, `signal_11`, `drained` …"))
    environment = f.Dict(keys=f.String(), **later("Versions, processor and threads that decide about the last bits."))
    started_at = Time(**known("RFC 3339, UTC."))
    finished_at = Time(**later("When it ended."))


class EventsQuerySchema(Schema):
    """Which events to send."""

    after = WholeNumber(
        load_default=0,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "Only events with a larger `seq`; `Last-Event-ID` means the same."},
    )


class MoreEpochsSchema(Schema):
    """How much longer to train."""

    epochs = f.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "How many epochs more, counted from the job's last state."},
    )


class WaitSchema(Schema):
    """How long a reader waits for the end."""

    wait = PositiveNumber(
        load_default=0.0,
        validate=validate.Range(0, 60),
        metadata={"description": "Answer when the job is done, at the latest after so many seconds (0 to 60)."},
    )


class DryRunSchema(Schema):
    """Whether to try without doing."""

    dry_run = f.Boolean(
        load_default=False,
        metadata={"description": "Answer what would be trained, and store and start nothing."},
    )


class JobListQuerySchema(PageQuerySchema):
    """Which jobs to list."""

    status = f.String(validate=validate.OneOf(list(JobStatus)), metadata={"description": "Only jobs in this status."})
    dataset_id = f.String(metadata={"description": "Only jobs that learn from this dataset."})
    tag = f.String(metadata={"description": "Only jobs with this tag."})
    name = f.String(metadata={"description": "Only jobs with exactly this name."})


class MetricsSchema(Schema):
    """The metric history, one list for each metric."""

    class Meta:
        """The metrics are named by the job, not here."""

        unknown = INCLUDE

    epoch = f.List(f.Integer(), **known("The epoch of each point."))
    step = f.List(f.Integer(), **known("Updates of the weights until then."))
    nonfinite = f.List(f.Dict(), **known("Where (`name`, `index`) a `null` stands for a number that JSON cannot hold."))


class MetricsQuerySchema(Schema):
    """Which part of the metric history to send."""

    names = f.String(
        metadata={"description": "Metrics separated by commas, like `loss,health/dense_1/dead`; all when left out."}
    )
    max_points = WholeNumber(
        load_default=1000,
        validate=validate.Range(FEWEST_POINTS, MOST_POINTS),
        metadata={"description": "Longer histories are thinned; first, last and extreme values stay."},
    )
