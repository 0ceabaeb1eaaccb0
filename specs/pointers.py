"""JSON pointers (RFC 6901) and the merge patches (RFC 7396) that change what they point to."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

Token = str | int
Path = tuple[Token, ...]

LONGEST_LIST = 256  # a merge patch repeats a list whole
LONGEST_PATCH = 16_384


@lru_cache(maxsize=4096)
def pointer(path: Path) -> str:
    """Write a path as a JSON pointer; the whole document is ''."""
    text = "".join([f"/{token}" for token in path])
    if "~" not in text and text.count("/") == len(path):  # as nearly always
        return text
    return "".join(f"/{escape(str(token))}" for token in path)


def escape(token: str) -> str:
    """Write a key as part of a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def tokens(text: str) -> tuple[str, ...]:
    """Read a JSON pointer."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])


def label(path: Path) -> str:
    """Name a place the way a person would: `epochs`, `layers[2].units`, `job` for the whole body."""
    if not path:
        return "job"
    start = len(path) - 1
    while start > 0 and any(isinstance(token, int) for token in path[start - 1 : start + 1]):
        start -= 1
    name = ""
    for token in path[start:]:
        name += f"[{token}]" if isinstance(token, int) else f".{_short(token)}" if name else _short(token)
    return name


def _short(token: Token) -> str:
    text = str(token)
    return text if len(text) <= 60 else text[:59] + "…"


def patch_at(body: object, path: Path, value: object) -> dict[str, Any] | None:
    """Return the merge patch that sets what a path points to; None where none can (a null, the whole body)."""
    if value is None or not path or not isinstance(path[0], str):
        return None
    inner = body.get(path[0]) if isinstance(body, Mapping) else None
    if len(path) == 1:
        return {path[0]: value}
    if inner is None or isinstance(inner, Mapping):
        nested = patch_at(inner, path[1:], value)
        return None if nested is None else {path[0]: nested}
    fits = isinstance(inner, list) and len(inner) <= LONGEST_LIST
    return {path[0]: _replaced(inner, path[1:], value)} if fits else None


def rename(body: object, path: Path, name: str) -> dict[str, Any] | None:
    """Return the merge patch that gives a key another name; None where its value is null."""
    value = at(body, path)
    if value is None:
        return None
    if any(isinstance(token, int) for token in path):  # a merge patch replaces a list as a whole
        owner = at(body, path[:-1])
        kept = {key: item for key, item in owner.items() if key != path[-1]} if isinstance(owner, Mapping) else {}
        return patch_at(body, path[:-1], {**kept, name: value})
    patch: dict[str, Any] = {str(path[-1]): None, name: value}
    for token in reversed(path[:-1]):
        patch = {str(token): patch}
    return patch


def removal(path: Path) -> dict[str, Any] | None:
    """Return the merge patch that takes a key away; None inside lists, which a merge patch replaces whole."""
    if any(isinstance(token, int) for token in path):
        return None
    patch: Any = None
    for token in reversed(path):
        patch = {str(token): patch}
    return dict(patch)


def path_in(body: object, text: str) -> Path:
    """Read a JSON pointer into a body: what stands for the place in a list becomes a number."""
    path: list[Token] = []
    for token in tokens(text):
        path.append(int(token) if isinstance(body, list) and token.isdecimal() else token)
        body = at(body, (path[-1],))
    return tuple(path)


def at(body: object, path: Path) -> object:
    """Return what a path points to; None where nothing is."""
    for token in path:
        if isinstance(body, Mapping) and token in body:  # noqa: SIM114 - the types differ
            body = body[token]
        elif isinstance(body, list) and isinstance(token, int) and token < len(body):
            body = body[token]
        else:
            return None
    return body


def if_sendable(patch: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the patch, or None where it holds what JSON cannot say or is too long for an answer."""
    try:
        text = json.dumps(patch, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return None
    return patch if len(text) <= LONGEST_PATCH else None


def merged(*patches: Mapping[str, Any]) -> dict[str, Any]:
    """Return one patch that does what several do."""
    result: dict[str, Any] = {}
    for patch in patches:
        for key, value in patch.items():
            both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
            result[key] = merged(result[key], value) if both else value
    return result


def apply_patch(body: object, patch: object) -> object:
    """Apply a merge patch, leaving the body as it was."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(body) if isinstance(body, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply_patch(result.get(key), value)
    return result


def _replaced(body: object, path: Path, value: object) -> object:
    if not path:
        return value
    token, rest = path[0], path[1:]
    if isinstance(body, Mapping):
        return {**body, token: _replaced(body.get(token), rest, value)}
    if isinstance(body, Sequence) and not isinstance(body, str) and isinstance(token, int):
        return [_replaced(item, rest, value) if index == token else item for index, item in enumerate(body)]
    return value
