"""Every code of the catalogue is reached by a test: one that nothing answers with would be a promise without proof.

A test reaches a code when it asserts something and names the code itself, in its parameters or in a table that it
uses: the tables of broken bodies and broken files are held, row by row, to the code that comes out.
"""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

import datasets.errors
from app.catalogue import CATALOGUE
from tests.specs.test_broken_bodies import CASES

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
NOT_PROOF = {"test_every_code.py"}
FAMILIES = {"data.invalid", "data.unreadable", "data.unusable_target"}  # what kinds of errors have in common
Names = dict[str, set[str]]


def test_every_code_is_reached_by_a_test() -> None:
    """Take a test away that is the only one for its code, and this one fails."""
    proven = reached()

    assert set(CATALOGUE) - FAMILIES - set(proven) == set()


def test_families_of_errors_are_never_raised_themselves() -> None:
    """Their codes are there for errors that are yet to come; today every error has a code of its own."""
    raised = {
        name.id
        for path in (ROOT / "datasets").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(name := node.exc.func, ast.Name)
    }
    codes = {getattr(datasets.errors, name).code for name in raised if hasattr(datasets.errors, name)}

    assert len(codes) > 20
    assert codes.isdisjoint(FAMILIES)


def test_the_corpus_of_broken_bodies_is_large_and_wide() -> None:
    """Two hundred bodies, each held to code, place and suggestion; every code of specs is among them."""
    assert len(CASES) >= 200
    assert {case.code for case in CASES} >= {code for code in CATALOGUE if code.startswith("spec.")}


def test_a_code_that_nothing_mentions_counts_as_not_reached() -> None:
    """The search itself can fail."""
    assert "spec.no_such_code" not in reached()
    assert "tests/app/http/test_json_body.py" in {place.partition("::")[0] for place in reached()["request.not_json"]}


@functools.cache
def reached() -> dict[str, set[str]]:
    """Find for each string that looks like a code the tests that name it."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.name in NOT_PROOF:
            continue
        tree = ast.parse(path.read_text())
        tables = tables_of(tree) | imported_tables(tree)
        for test in asserting(tree):
            named = {code for node in ast.walk(test) for code in codes_in(node)}
            used = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
            named |= {code for name in closure(used, tree, tables) for code in tables.get(name, ())}
            for code in named:
                found.setdefault(code, set()).add(f"{path.relative_to(ROOT)}::{test.name}")
    return found


def codes_in(node: ast.AST) -> Iterator[str]:
    """Give what is written as text and has a dot."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
        yield node.value


def asserting(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Walk through the tests of a module that can fail."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
            raises = any(isinstance(call, ast.Attribute) and call.attr == "raises" for call in calls)
            if raises or any(isinstance(each, ast.Assert) for each in ast.walk(node)):
                yield node


def tables_of(tree: ast.Module) -> Names:
    """Give the codes in each assignment and each helper of a module."""
    tables: Names = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
            names = [node.name]
        for name in names:
            tables.setdefault(name, set()).update(code for each in ast.walk(node) for code in codes_in(each))
    return tables


def imported_tables(tree: ast.Module) -> Names:
    """Give the tables that a module takes from another one of the tests."""
    tables: Names = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tests."):
            path = ROOT / (node.module.replace(".", "/") + ".py")
            known = tables_of(ast.parse(path.read_text())) if path.exists() else {}
            tables |= {each.asname or each.name: known.get(each.name, set()) for each in node.names}
            tables |= {name: codes for name, codes in known.items() if name not in tables}
    return tables


def closure(used: set[str], tree: ast.Module, tables: Names) -> set[str]:
    """Follow names from tables to the tables that these are made of."""
    parts = {
        name: {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.FunctionDef))
        for name in names_of(node)
        if name in tables
    }
    found, left = set[str](), set(used)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left |= parts.get(name, set())
    return found


def names_of(node: ast.Assign | ast.AnnAssign | ast.FunctionDef) -> Iterator[str]:
    """Give the names that a statement makes."""
    if isinstance(node, ast.FunctionDef):
        yield node.name
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))


@pytest.mark.parametrize("code", sorted(FAMILIES))
def test_a_family_has_an_entry(code: str) -> None:
    """A new kind of error that forgets its code is answered all the same."""
    assert CATALOGUE[code].status is not None
