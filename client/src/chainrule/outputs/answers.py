"""Outputs of a network in the words of the table."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Array = np.ndarray


def singles_of(target: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Take a target apart: columns one by one, a vector by its places; of yes and no the labels are False and True."""
    if "parts" in target:
        return [as_yes_and_no(part) if target["task"] == "multilabel" else part for part in target["parts"]]
    if "means" not in target:
        return [target]
    if target["task"] == "multilabel":
        return [as_yes_and_no(target)] * len(target["means"])
    scaled = zip(target["means"], target["scales"], strict=True)
    return [{"task": "regression", "mean": mean, "scale": scale} for mean, scale in scaled]


def as_yes_and_no(target: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer one label of several."""
    return {**target, "task": "binary", "classes": ["false", "true"], "label_type": "boolean"}


def shares_of(target: Mapping[str, Any], outputs: Array) -> Array:
    """Give the probability of each class."""
    return np.hstack([1 - outputs, outputs]) if target["task"] == "binary" else outputs


def numbers_of(target: Mapping[str, Any], outputs: Array) -> Array:
    """Give numbers in the units of the table, within those that training showed where the target has bounds."""
    values: Array = outputs[:, 0] * target["scale"] + target["mean"]
    bounds = target.get("bounds")
    return values if bounds is None else np.clip(values, *bounds)


def labels_of(target: Mapping[str, Any]) -> list[Any]:
    """Give the classes in the type that they had in the table: text, numbers, or true and false."""
    kind, names = target.get("label_type"), target["classes"]
    if kind == "boolean":
        return [name.lower() == "true" for name in names]
    if kind == "number":
        return [int(name) if name.lstrip("-").isdigit() else float(name) for name in names]
    return list(names)


def decode(outputs: Array, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say outputs in the words of the table."""
    if "parts" in target or "means" in target:
        return decode_several(outputs, target)
    if target["task"] == "regression":
        return [{"value": value} for value in numbers_of(target, outputs).tolist()]
    shares = shares_of(target, outputs)
    names, labels = target["classes"], labels_of(target)
    best = shares.argmax(axis=1).tolist()
    return [
        {"label": labels[i], "probabilities": dict(zip(names, row, strict=True))}
        for i, row in zip(best, shares.tolist(), strict=True)
    ]


def decode_several(outputs: Array, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say several outputs of each row: by column where they are columns, in order where they are a vector."""
    columns = [part["column"] for part in target["parts"]] if "parts" in target else None
    cell = tuple(target.get("shape") or (outputs.shape[1],))

    def told(row: Array) -> Any:
        return row.reshape(cell).tolist() if columns is None else dict(zip(columns, row.tolist(), strict=True))

    if target["task"] == "multilabel":
        return [{"labels": told(row > 0.5), "probabilities": told(row)} for row in outputs]
    means = target["means"] if columns is None else [part["mean"] for part in target["parts"]]
    scales = target["scales"] if columns is None else [part["scale"] for part in target["parts"]]
    return [{"values": told(row)} for row in outputs * scales + means]
