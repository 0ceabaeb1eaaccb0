"""The tables, one class each."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from store.clock import now
from store.database.base import Table, waiting_index
from store.database.column_types import PackedDocument
from store.states import CheckpointKind, JobStatus, Phase, StopReason

DEFAULT_PROJECT = "prj_default"
MEASURED = "actual IS NOT NULL"


class Project(Table):
    """Whose things these are."""

    __tablename__ = "projects"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Key(Table):
    """A secret that opens a project, kept as its digest."""

    __tablename__ = "keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    prefix: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Blob(Table):
    """Bytes by their SHA-256."""

    __tablename__ = "blobs"
    digest: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)


class BlobChunk(Table):
    """A megabyte of a blob."""

    __tablename__ = "blob_chunks"
    digest: Mapped[str] = mapped_column(ForeignKey("blobs.digest", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    is_packed: Mapped[bool] = mapped_column(default=False, server_default=false())


class Dataset(Table):
    """An uploaded table."""

    __tablename__ = "datasets"
    __table_args__ = (
        UniqueConstraint("project_id", "digest", "read_as", name="uq_datasets_bytes"),
        Index("ix_datasets_project_id_id", "project_id", "id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    digest: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int] = mapped_column(BigInteger)
    read_as: Mapped[str] = mapped_column(default="", server_default="")
    """Digest of what was told about how to read it, empty where that was nothing."""
    overrides: Mapped[dict[str, Any] | None]
    format: Mapped[str]
    dialect: Mapped[dict[str, Any] | None]
    columns: Mapped[list[Any]]
    warnings: Mapped[list[Any]]
    content_digest: Mapped[str] = mapped_column(ForeignKey("blobs.digest"), index=True)
    prepared_digest: Mapped[str] = mapped_column(ForeignKey("blobs.digest"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Job(Table):
    """One request to train."""

    __tablename__ = "jobs"
    __table_args__ = (
        # A second index of the waiting jobs, without their project, would look cheaper to PostgreSQL when it asks for
        # the first of one project, and then be walked through from end to end for each project that has none.
        waiting_index("ix_jobs_waiting_of_project", "project_id", "priority", "id"),
        Index("ix_jobs_project_id_id", "project_id", "id"),
        Index("ix_jobs_project_status", "project_id", "status"),
        Index("ix_jobs_measured", "id", postgresql_where=text(MEASURED), sqlite_where=text(MEASURED)),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), index=True)
    name: Mapped[str | None]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED)
    phase: Mapped[Phase] = mapped_column(default=Phase.WAITING)
    stop_reason: Mapped[StopReason | None]
    given: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    resolved: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    provenance: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    warnings: Mapped[list[Any]]
    summary: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    readings: Mapped[dict[str, Any] | None] = mapped_column(PackedDocument)  # of its datasets, as it was planned with
    estimate: Mapped[dict[str, Any] | None]  # what was quoted before it started
    actual: Mapped[dict[str, Any] | None]  # what it took, once it has succeeded
    seed: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int] = mapped_column(default=0)
    tags: Mapped[list[Any]]
    job_metadata: Mapped[dict[str, Any]] = mapped_column("metadata")
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)  # in a row, without a checkpoint in between
    rest_s: Mapped[int] = mapped_column(default=0)  # how long it may not be claimed; a reconciler sets it back to 0
    worker_id: Mapped[str | None]
    heartbeat: Mapped[int] = mapped_column(BigInteger, default=0)
    heartbeat_at: Mapped[datetime | None]
    step: Mapped[int] = mapped_column(BigInteger, default=0)
    steps: Mapped[int | None] = mapped_column(BigInteger)
    epoch: Mapped[int] = mapped_column(default=0)
    epochs: Mapped[int | None]
    progress: Mapped[dict[str, Any] | None]
    best: Mapped[dict[str, Any] | None]
    latest: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    pause_requested: Mapped[bool] = mapped_column(default=False)
    event_count: Mapped[int] = mapped_column(default=0)
    model_id: Mapped[str | None]
    origin: Mapped[dict[str, Any] | None]  # the job that this one repeats or goes on from
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class JobTag(Table):
    """A tag of a job, where jobs are looked for by it; `Job.tags` has them in their order."""

    __tablename__ = "job_tags"
    __table_args__ = (Index("ix_job_tags_project_id_tag_job_id", "project_id", "tag", "job_id"),)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))


class Attempt(Table):
    """One try of a job by one worker."""

    __tablename__ = "attempts"
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    fence: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    worker_id: Mapped[str]
    outcome: Mapped[str | None]
    cause: Mapped[str | None]
    environment: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class Event(Table):
    """Something that happened to a job."""

    __tablename__ = "events"
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    message: Mapped[str]
    data: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Metric(Table):
    """What was measured in one epoch."""

    __tablename__ = "metrics"
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger)
    fence: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(PackedDocument)


class Model(Table):
    """A trained network."""

    __tablename__ = "models"
    __table_args__ = (
        Index("ix_models_project_id_id", "project_id", "id"),
        Index("ix_models_name", "project_id", "name", "version"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), unique=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), index=True)
    name: Mapped[str | None]
    task: Mapped[str]
    weights_digest: Mapped[str] = mapped_column(ForeignKey("blobs.digest"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    parameters: Mapped[int] = mapped_column(BigInteger)
    spec: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    preprocessing: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    metrics: Mapped[dict[str, Any]]
    environment: Mapped[dict[str, Any] | None]
    version: Mapped[int | None]  # of its name
    description: Mapped[str | None]
    tags: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    origin: Mapped[dict[str, Any] | None] = mapped_column(PackedDocument)  # what it came from; outlives its job
    created_at: Mapped[datetime] = mapped_column(default=now)


class ModelName(Table):
    """A name of models, and how many versions it has had: a number is not given twice."""

    __tablename__ = "model_names"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    last_version: Mapped[int]


class ModelAlias(Table):
    """A word for one of the versions of a name, which moves from one to the next."""

    __tablename__ = "model_aliases"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"), index=True)
    moved_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Evaluation(Table):
    """How good a model was on some rows."""

    __tablename__ = "evaluations"
    __table_args__ = (Index("ix_evaluations_model_id_id", "model_id", "id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"))
    dataset_id: Mapped[str | None] = mapped_column(ForeignKey("datasets.id", ondelete="SET NULL"), index=True)
    part: Mapped[str | None]  # of the training's own split; None where a whole dataset was asked about
    row_count: Mapped[int] = mapped_column(BigInteger)
    seed: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Checkpoint(Table):
    """A training between two batches, as it can be gone on with; its bytes are a blob."""

    __tablename__ = "checkpoints"
    __table_args__ = (UniqueConstraint("job_id", "seq"), Index("ix_checkpoints_project_id_id", "project_id", "id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    fence: Mapped[int]
    seq: Mapped[int]
    step: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[int]
    kind: Mapped[CheckpointKind]
    digest: Mapped[str] = mapped_column(ForeignKey("blobs.digest"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(PackedDocument)
    environment: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Worker(Table):
    """A process that trains one job at a time."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    heartbeat: Mapped[int] = mapped_column(BigInteger, default=0)
    heartbeat_at: Mapped[datetime] = mapped_column(default=now)
    job_id: Mapped[str | None]
    calibration: Mapped[dict[str, Any] | None]  # what a unit of work costs there; None until it measured itself
    started_at: Mapped[datetime] = mapped_column(default=now)


class StoredReply(Table):
    """What was answered to a request with an `Idempotency-Key`, for its repeats."""

    __tablename__ = "answers"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
