"""Of what attempts die, and what the owner of a job is told when it happens again and again."""

import signal
from typing import Any

Told = dict[str, Any]


def told(cause: str, crashes: int) -> Told:
    """Describe why a job was set aside: its last attempt's cause, such as `signal_11`, and how often it was tried."""
    kind, _, number = cause.partition("_")
    if kind in {"signal", "exit"} and number.isdigit():
        return crashed(kind, int(number), crashes)
    return {**KNOWN.get(cause, KNOWN["worker_lost"])(crashes), "cause": cause, "attempts": crashes}


def crashed(kind: str, number: int, crashes: int) -> Told:
    """Tell of a process that was ended, or ended itself."""
    how = f"signal {number}{name_of(number)}" if kind == "signal" else f"the exit code {number}"
    return {
        "code": "job.crashed",
        "message": f"The process that trained this job ended with {how}, {crashes} times in a row.",
        "hint": "If memory ran out, use a smaller network or batch.",
        "cause": f"{kind}_{number}",
        "attempts": crashes,
    }


def name_of(number: int) -> str:
    """Name a signal where it has a name."""
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""


def worker_lost(crashes: int) -> Told:
    """Tell of workers that fell silent."""
    return {
        "code": "job.worker_lost",
        "message": f"The worker was lost {crashes} times while it ran this job.",
        "hint": "If memory ran out, use a smaller network or batch.",
    }


def out_of_memory(crashes: int) -> Told:
    """Tell of a machine without memory."""
    return {
        "code": "job.out_of_memory",
        "message": f"Memory ran out on the worker's machine while it ran this job, {crashes} times in a row.",
        "hint": "Make the network or `training.batch_size` smaller, or train on fewer rows.",
    }


def stalled(crashes: int) -> Told:
    """Tell of a loop that stood still."""
    return {
        "code": "job.stalled",
        "message": f"The job made no step for too long, {crashes} times in a row.",
        "hint": "Make the network or `training.batch_size` smaller; a single step should take seconds.",
    }


KNOWN = {"worker_lost": worker_lost, "out_of_memory": out_of_memory, "stalled": stalled}
