"""The errors that a caller can meet: drawn as they are, chosen by status, told in full."""

import re

import pytest

from chainrule import errors


def tree_of(cls: type[BaseException], indent: str = "") -> list[str]:
    """Draw the subclasses of an error as the module's docstring does."""
    drawn, children = [], cls.__subclasses__()
    for child in children:
        is_last = child is children[-1]
        drawn += [f"{indent}{'└' if is_last else '├'}── {child.__name__}"]
        drawn += tree_of(child, indent + ("    " if is_last else "│   "))
    return drawn


def test_the_drawn_tree_is_the_tree() -> None:
    """Who decides what to catch reads the drawing."""
    drawn = re.findall(r"^[│ ]*[├└]── \w+", errors.__doc__ or "", re.MULTILINE)

    assert drawn == tree_of(errors.ChainruleError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.NotAllowed),
        (403, errors.NotAllowed),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (413, errors.BadRequest),
        (415, errors.BadRequest),
        (422, errors.BadRequest),
        (429, errors.Unavailable),
        (500, errors.ApiError),
        (503, errors.Unavailable),
        (507, errors.Unavailable),
    ],
)
def test_a_status_chooses_the_class(status: int, kind: type[errors.ApiError]) -> None:
    """What a program does next depends on the class alone."""
    assert type(errors.of(status, {})) is kind


def test_every_fault_is_told() -> None:
    """A person fixes all faults at once when the message lists them all."""
    problem = {
        "code": "spec.invalid",
        "detail": "2 faults.",
        "request_id": "req_1",
        "errors": [
            {"pointer": "/epochs", "message": "too many"},
            {"position": {"line": 3, "name": None}, "message": "too short"},
        ],
    }

    told = str(errors.of(422, problem))

    assert all(
        part in told for part in ("2 faults.", "spec.invalid", "/epochs: too many", "line 3: too short", "req_1")
    )
