"""The plan of a job: its body resolved, summarized and quoted, without storing anything."""

import hashlib
import json
import secrets
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as once
from functools import partial
from typing import Any

import specs
from app.errors import Flaw, Refused
from app.services import prepared_files
from app.services.planning import start
from app.services.planning.planning_cache import KnownPlan, PlanningCache
from app.services.second_readings import find_difference
from datasets import Column
from datasets.preprocessing.arrow_to_numpy import as_numbers, count_labels
from datasets.reading.leaks import leaking_columns
from datasets.training_sets.translation import complete_pairs
from specs.errors import Fault, SpecFaults
from store import Store
from store.database import rows
from store.database.tables import Dataset
from store.errors import BlobCorrupt, BlobMissing, NotFound, WrongKindOfId
from store.jobs.readings import READING, reading_of
from store.jobs.submit import JobOrder

PROBLEMS = (
    "spec.target_required",
    "spec.unknown_column",
    "spec.shape_mismatch",
    "spec.loss_mismatch",
    "spec.too_big",
    "spec.too_many_parameters",
    "spec.not_supported_yet",
    "data.target_single_value",
    "data.target_missing",
    "data.too_few_rows",
    "data.no_features",
    "not_found.model",
    "not_found.job",
    "not_found.checkpoint",
    "job.no_checkpoint",
    "checkpoint.incomplete",
    "limit.too_many_pins",
)
KNOWN = ("row_count", "updated_at")  # the rest of a dataset's row is read where it is asked for
SEEDS = 2**31  # small enough to be exact in every JSON reader
DRAW_SEED = partial(secrets.randbelow, SEEDS)  # for a job that names none; it is written down in the resolved spec


@dataclass(frozen=True)
class Plan:
    """A job body that is right, and what it stands for."""

    given: Mapping[str, Any]
    resolved: specs.Resolved
    summary: Mapping[str, Any]
    estimate: Mapping[str, Any]
    readings: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Show what would be trained, and why."""
        return {
            "object": "job_plan",
            **self.resolved.to_json(),
            "summary": dict(self.summary),
            "estimate": dict(self.estimate),
        }

    def order(self, project_id: str) -> JobOrder:
        """Make it a job to be written."""
        spec, told = self.resolved.spec, self.resolved.to_json()
        return JobOrder(
            project_id=project_id,
            dataset_id=spec.dataset_id,
            given=dict(self.given),
            **told,
            summary=dict(self.summary),
            seed=spec.training.seed,
            epochs=spec.training.epochs,
            steps=specs.steps_of(self.resolved),
            estimate=dict(self.estimate),
            readings=dict(self.readings),
            name=spec.name,
            priority=spec.priority,
            tags=list(spec.tags),
            metadata=dict(spec.metadata),
        )


def plan(store: Store, project_id: str, body: Any, cache: PlanningCache) -> Plan:
    """Understand a job body completely, or say everything that is wrong with it: its form, its data, its size."""
    text = json.dumps(body)
    key = hashlib.sha256(f"{project_id} {text}".encode()).digest()
    known = cache.plan(key)
    if known is not None and _is_current(store, project_id, known):
        resolved = known.resolved.drawn_again(DRAW_SEED)
    else:
        known = _understood(store, project_id, body, cache)
        resolved = known.resolved
        if resolved.spec.training.init_from is None:  # what weights have become is looked up each time
            cache.keep(key, known)
    quote = cache.quote(store, key, known)
    return Plan(given=body, resolved=resolved, summary=known.summary, estimate=quote, readings=known.readings)


def _is_current(store: Store, project_id: str, known: KnownPlan) -> bool:
    """Tell whether the datasets of a plan are there, and as they were."""
    with store.database.glancing() as glance, suppress(NotFound):
        return all(
            rows.glimpse(glance, Dataset, KNOWN, id_, project_id).told("updated_at") == changed
            for id_, changed in known.datasets.items()
        )
    return False


def _understood(store: Store, project_id: str, body: Any, cache: PlanningCache) -> KnownPlan:
    given = specs.read(body)
    versions: dict[str, Hashable] = {}
    readings: dict[str, Any] = {}
    collect = partial(_facts, store, project_id, cache, given, versions, readings)
    facts = collect("dataset_id")
    validation = given.find("split", "validation_dataset_id")
    other = collect("split", "validation_dataset_id") if isinstance(validation, str) else None
    limits = specs.Limits(memory_bytes=store.settings.max_job_memory_bytes, parameters=store.settings.max_parameters)
    start = _start(store, project_id, given)
    resolved = specs.resolve(given, facts, draw_seed=DRAW_SEED, limits=limits, validation=other, start=start)
    return KnownPlan(resolved, specs.summarize(resolved, facts), versions, readings)


def _facts(
    store: Store,
    project_id: str,
    cache: PlanningCache,
    given: specs.GivenSpec,
    versions: dict[str, Hashable],
    readings: dict[str, Any],
    *path: str,
) -> specs.DatasetFacts:
    """Collect what the resolver needs to know of a dataset; without one, say what is wrong with the form alone."""
    if "dataset_id" not in given.body:
        raise SpecFaults(given.faults)
    id_ = str(given.find(*path))
    try:
        with store.database.glancing() as glance:
            seen = rows.glimpse(glance, Dataset, (*KNOWN, *READING), id_, project_id)
    except (NotFound, WrongKindOfId) as error:
        code = "not_found.dataset" if isinstance(error, NotFound) else "id.wrong_kind"
        place = {"pointer": given.origin("/" + "/".join(path)), "found": id_[:60]}
        flaw = Flaw(code=code, message=str(error), extras=place)
        raise Refused([flaw, *map(_flaw, given.faults)]) from error

    versions[id_], readings[id_] = seen.told("updated_at"), reading_of(seen.read())

    @once
    def row() -> Dataset:
        with store.database.reading() as session:
            return rows.find(session, Dataset, id_, project_id)

    key = (id_, versions[id_])
    columns = cache.columns(key, lambda: row().columns)
    return specs.DatasetFacts(
        id=id_,
        row_count=seen.told("row_count"),
        columns=columns,
        pairs=lambda source, target: complete_pairs(prepared_files.table(store, row()), source, target)[1:],
        numbers=lambda name: as_numbers(prepared_files.column(store, row(), name), name),
        labels=lambda name: count_labels(prepared_files.column(store, row(), name)),
        leaks=lambda target: _leaks(store, cache, (*key, target), row, columns),
        read_otherwise=lambda trained: find_difference(store, row(), trained),
        warnings=cache.warnings(key, lambda: row().warnings),
    )


def _leaks(
    store: Store,
    cache: PlanningCache,
    key: tuple[Hashable, ...],
    row: Callable[[], Dataset],
    columns: tuple[Column, ...],
) -> tuple[str, ...]:
    """Look for columns that tell the target, the last part of the key; a damaged table tells nothing.

    Whoever posts a job has done nothing wrong: its attempt will name the damage.
    """
    try:
        return cache.leaks(key, lambda: leaking_columns(columns, prepared_files.table(store, row()), str(key[-1])))
    except (BlobMissing, BlobCorrupt):
        return ()


def _start(store: Store, project_id: str, given: specs.GivenSpec) -> specs.StartFacts | None:
    """Collect what the resolver needs to know of the weights to start from."""
    id_ = given.find("training", "init_from")
    if not isinstance(id_, str):
        return None
    found = start.facts(store, project_id, id_)
    if isinstance(found, specs.StartFacts):
        return found
    place = {"pointer": given.origin("/training/init_from"), "found": id_[:60], **found.extras}
    raise Refused([Flaw(code=found.code, message=found.message, extras=place), *map(_flaw, given.faults)])


def _flaw(fault: Fault) -> Flaw:
    extras = {name: value for name, value in fault.to_json().items() if name not in {"code", "message"}}
    return Flaw(code=fault.code, message=fault.message, extras=extras)
