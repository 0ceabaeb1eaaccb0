"""The job body as JSON Schema, made from the field table of `specs`, which alone decides what is accepted."""

from collections.abc import Mapping
from typing import Any

from specs.grammar.fields import AUTO
from specs.grammar.objects import Object
from specs.tables.job import JOB

JsonSchema = dict[str, Any]
BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
}
SIZES = {
    "string": {"min_length": "minLength", "max_length": "maxLength"},
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    "object": {"max_length": "maxProperties"},
}
CHANGEABLE = ("name", "tags", "metadata", "priority")


def job_body() -> JsonSchema:
    """Describe what `POST /v1/jobs` takes."""
    return _object(JOB.to_json()["fields"])


def job_changes() -> JsonSchema:
    """Describe what `PATCH /v1/jobs/{id}` takes."""
    return _object(CHANGES.to_json()["fields"])


CHANGES = Object(title="job", fields=tuple(JOB.field(name) for name in CHANGEABLE))


def _object(fields: list[Mapping[str, Any]]) -> JsonSchema:
    schema: JsonSchema = {
        "type": "object",
        "properties": {field["name"]: _field(field) for field in fields},
        "additionalProperties": False,
    }
    if required := [field["name"] for field in fields if field["required"]]:
        schema["required"] = required
    return schema


def _field(field: Mapping[str, Any]) -> JsonSchema:
    """Describe a field; `null` turns it off and `"auto"` leaves it to be inferred, where that is allowed."""
    schema = _type(field)
    others = [{"const": AUTO}] * field["auto"] + [{"type": "null"}] * field["nullable"]
    whole = {"anyOf": [schema, *others]} if others else schema
    default = {} if field["required"] or field["default"] is None else {"default": _plain(field["default"])}
    return {**whole, "description": field["summary"], **default}


def _type(told: Mapping[str, Any]) -> JsonSchema:
    kind = told["type"]
    if kind == "component":
        return _component(told)
    if kind == "object" and "fields" in told:
        return _object(told["fields"])
    schema: JsonSchema = {"type": kind}
    schema |= {word: told[name] for name, word in BOUNDS.items() if name in told}
    if isinstance(kind, str):
        schema |= {word: told[name] for name, word in SIZES.get(kind, {}).items() if told.get(name) is not None}
    if kind == "string" and "choices" in told:
        schema["enum"] = list(told["choices"])
    if "items" in told:
        schema["items"] = _type(told["items"])
    if "values" in told:
        schema["additionalProperties"] = _type(told["values"])
    return schema


def _component(told: Mapping[str, Any]) -> JsonSchema:
    """Describe a name, or an object of a name and parameters; which ones, `/v1/capabilities` tells."""
    names = {"type": "string", "enum": list(told["choices"])}
    word = "type" if told["kind"] == "layer" else "name"
    return {"anyOf": [names, {"type": "object", "properties": {word: names}, "required": [word]}]}


def _plain(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default
