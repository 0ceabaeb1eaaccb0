"""Somebody who does what a refusal says, word for word, and nothing else."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import specs
from specs.pointers import at, path_in

Body = Any
STEPS = 4


def follow(body: Body, fault: specs.Fault) -> Body | None:
    """Return the body after what the hint says was done; None where it says nothing that can be done literally.

    A value that is suggested beside a hint that only explains takes the place of what was refused.
    """
    words = fault.hint or fault.message
    where = path_in(body, fault.pointer)
    for pattern, act in ACTIONS.items():
        if (found := re.search(pattern, words)) is not None:
            return act(json.loads(json.dumps(body, default=str)), where, found)
    return None if fault.suggestion is None else _set(json.loads(json.dumps(body)), where, fault.suggestion)


def _set(body: Body, where: Any, value: Any) -> Body:
    owner = body
    for token in where[:-1]:
        owner = owner.setdefault(token, {}) if isinstance(owner, dict) else owner[token]
    owner[where[-1]] = value
    return body


def _remove(body: Body, where: Any, _: object = None) -> Body:
    del at(body, where[:-1])[where[-1]]  # type: ignore[attr-defined]
    return body


def _rename(body: Body, where: Any, name: str) -> Body:
    owner: Any = at(body, where[:-1])
    if isinstance(owner, list) or not _is_key(where):
        return _set(body, where, name)
    owner[name] = owner.pop(where[-1])
    return body


def _is_key(where: Any) -> bool:
    """A wrong name of a field or column is a key, except where a field names a column."""
    return where[-1] not in {"target", "group_by", "time_by", "sample_weight"}


def _move(body: Body, where: Any, dotted: str) -> Body:
    value = at(body, where)
    return _set(_remove(body, where), dotted.split("."), value)


def _reshape(body: Body, _: Any, found: re.Match[str]) -> Body:
    return _set(body, ["features", "reshape"], json.loads(found[1]))


def _add(body: Body, _: Any, found: re.Match[str]) -> Body:
    path = found[2].split(".")
    return _set(body, path, [*(at(body, tuple(path)) or ["accuracy"]), found[1]])  # type: ignore[misc]


def _append(body: Body, where: Any, found: re.Match[str]) -> Body:
    at(body, where[:-1]).append(json.loads(found[1]))  # type: ignore[attr-defined]
    return body


def _beside(body: Body, where: Any, found: re.Match[str]) -> Body:
    return _set(body, [*where[:-1], found[1]], json.loads(found[2]))


Action = Callable[[Body, Any, re.Match[str]], Body]
ACTIONS: Mapping[str, Action] = {
    r"[Ww]rite it as `([\w.]+)`": lambda body, where, found: _move(body, where, found[1]),
    r"; use `(\w+)`\.$": lambda body, where, found: _rename(body, where, found[1]),
    r"percent write ([\d.]+)\.$": lambda body, where, found: _set(body, where, json.loads(found[1])),
    r'^Write "(\w+)": (".*?"|[\d.]+)(?:,|\.$)': _beside,
    r'^Write ("auto"), or': lambda body, where, found: _set(body, where, json.loads(found[1])),
    r"^Write ([\d.]+);": lambda body, where, found: _set(body, where, json.loads(found[1])),
    r"^Write (.*[^…])\.$": lambda body, where, found: _set(body, where, json.loads(found[1])),
    r"^Rename it to `(.+?)`": lambda body, where, found: _rename(body, where, found[1]),
    r"^Leave it out(?:\.|,|;| of `include`\.| of one of them, such as)": _remove,
    r"^Leave `(include)` out\.": lambda body, where, _: _remove(body, where[:-1]),
    r"^Leave `features\.exclude` out": lambda body, *_: _remove(body, ("features", "exclude")),
    r"^Leave out one of them, such as": _remove,
    r"^Keep `[\w.]+`\.$": _remove,
    r"^Predict it in a job of its own": _remove,
    r'^Such as "(\w+)": (.*)\.$': _beside,
    r"^Likely ones are `(.+?)`": lambda body, where, found: _set(body, where, found[1]),
    r'"features": \{"reshape": (\[[\d, ]+\])': _reshape,
    r"^Add `(\w+)` to `([\w.]+)`": _add,
    r"^Add (\{.*\}) at the end": _append,
    r'"(inputs)": (\[.*\])\.$': _beside,
}
"""What can be done without thinking: a pattern of the hint, and the change of the body."""
