"""Check: names that meant two things, or nothing to a newcomer, do not come back.

To retire a name, add it with what stands for it now: to MODULES as the name of a file or folder, to IDENTIFIERS as a
name in code. Words in texts and comments are free, for they have their ordinary meaning there.
"""

import io
import tokenize
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools.checks.files import product

MODULES = {
    "bell": "wakeup_sender",
    "causes": "failures",
    "deaths": "exit_causes",
    "fairness": "scheduling",
    "findings": "warnings_by_column",
    "keeper": "checkpointer",
    "kernels": "backend",
    "learning": "training",
    "lesson": "training_job",
    "links": "logits",
    "looking": "work_queue",
    "magic": "signatures",
    "moments": "date_formats",
    "orphans": "parent_death",
    "overriding": "read_as",
    "pace": "learning_rate",
    "pairs": "translation",
    "penalties": "regularization",
    "persistence": "retry",
    "plain": "fast",
    "repeats": "idempotency",
    "replay": "compiled",
    "retention": "checkpoint_retention",
    "several": "multi_target",
    "slot": "shared_memory",
    "sniff": "dialect",
    "stage": "batch_steps",
    "starting": "initial_weights",
    "succession": "successors",
    "suspicions": "warnings_by_table",
    "timetable": "periodic",
    "verdicts": "outcomes",
    "waiting_line": "scheduling",
}
IDENTIFIERS: dict[str, str] = {
    "Answer": "a name that says of what: JsonReply",
    "Bell": "WakeupSender",
    "Findings": "Diagnostics",
    "Keep": "SaveReply",
    "Keeper": "Checkpointer",
    "Kept": "EvaluationWeights",
    "Learned": "TrainingResult",
    "Lesson": "TrainingJob",
    "Memory": "MemoryEstimate",
    "Place": "JsonPlace, Location or LayerBuffers",
    "Position": "FilePosition, TrainingPosition or CheckpointFacts",
    "Prepared": "TrainingArrays",
    "Record": "PastTrainings",
    "Slot": "SharedMemory",
    "Source": "a name that says which: TextFile, Origin",
    "TIDY": "DENORMAL_SWEEP_STEPS",
    "Timetable": "PeriodicCalls",
    "Told": "a name that says to whom",
    "Trained": "TrainedModel",
    "TrainedFacts": "TrainedModel",
    "deaths": "exit_causes, or exits_in_a_row",
    "fairness": "scheduling",
    "findings": "diagnostics, or warnings",
    "heed": "raise_if_stopped",
    "keeper": "checkpointer",
    "lesson": "training_job",
    "look": "layer_health",
    "open_source": "open_text_file, or open_column_store for prepared tables",
    "orphans": "parent_death",
    "pace": "learning_rate",
    "persistently": "retry_while_away",
    "pull": "target_term",
    "several": "multi_target",
    "suspicions": "warnings",
    "timetable": "periodic",
}


def check(root: Path) -> list[str]:
    """Name the places where one is back, with what to call it."""
    return [
        finding for name in product(root) for finding in (*of_path(name), *of_code(name, (root / name).read_text()))
    ]


def of_path(name: str) -> Iterator[str]:
    """Look at the name of a file and of its folders."""
    for part in PurePosixPath(name).with_suffix("").parts:
        if part in MODULES:
            yield f"{name}: `{part}` is now `{MODULES[part]}`"


def of_code(name: str, source: str) -> Iterator[str]:
    """Look at the identifiers of a file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string in IDENTIFIERS:
            yield f"{name}:{token.start[0]}: `{token.string}` is now `{IDENTIFIERS[token.string]}`"
