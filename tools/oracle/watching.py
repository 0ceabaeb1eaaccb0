"""The pytest plugin that watches Keras' calls while its tests run; verdicts go to the file of CHAINRULE_ORACLE."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from tools.oracle import layers, losses, metrics, optimizers
from tools.oracle.subjects import BESIDE, FEW_BITS, IMPOSSIBLE, Outside
from tools.oracle.verdicts import NOT_SAID, OUTSIDE, NotSaid, Verdict

FILE = "CHAINRULE_ORACLE"
VALUES = frozenset({"inputs", "sequences", "query", "value", "key"})
_busy: list[str] = []  # what is being watched now: calls inside of it are its own affair


def pytest_configure() -> None:
    """Put our eyes around Keras' calls, before any of its tests is imported."""
    keras = import_module("keras")
    _watch_layers(keras)
    _watch(import_module("keras.src.losses.loss").Loss, "__call__", _of_loss)
    _watch(import_module("keras.src.optimizers.base_optimizer").BaseOptimizer, "apply", _of_step)
    for metric in {
        owner for name in dir(keras.metrics) for owner in _owners(getattr(keras.metrics, name), "update_state")
    }:
        if "y_true" in signature(vars(metric)["update_state"]).parameters:
            _watch(metric, "update_state", _of_rows)
    for metric in {owner for name in dir(keras.metrics) for owner in _owners(getattr(keras.metrics, name), "result")}:
        _watch(metric, "result", _of_value)
    _watch(import_module("keras.src.metrics.metric").Metric, "reset_state", _of_reset)


def _owners(found: object, method: str) -> Iterator[type]:
    """List the classes that define a method of a class themselves."""
    for owner in found.__mro__ if isinstance(found, type) else ():
        if method in vars(owner) and owner.__module__.startswith("keras.src.metrics"):
            yield owner


def _watch(owner: Any, method: str, after: Callable[..., None]) -> None:
    """Let `after` see each outermost call of a method, with its result."""
    original = getattr(owner, method)

    @wraps(original)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        if _busy or "PYTEST_CURRENT_TEST" not in os.environ:
            return original(self, *args, **kwargs)
        before = _before(self, *args, **kwargs) if method == "apply" else None
        with _inside(method):
            result = original(self, *args, **kwargs)
        with _inside("oracle"):
            after(self, result, before, *args, **kwargs)
        return result

    setattr(owner, method, watched)


@contextmanager
def _inside(what: str) -> Iterator[None]:
    _busy.append(what)
    try:
        yield
    finally:
        _busy.pop()


def _tell(kind: str, thing: Any, compare: Callable[[], tuple[str, str]]) -> None:
    """Compare and write down how it went."""
    try:
        verdict, reason = compare()
    except Outside as error:
        verdict, reason = OUTSIDE, error.subject
    except NotSaid as error:
        verdict, reason = NOT_SAID, str(error)
    except Exception as error:  # noqa: BLE001 - a call that breaks ours is a finding, and must not break Keras' test
        verdict, reason = NOT_SAID, f"{type(error).__name__}: {str(error)[:120]}"
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    Verdict(kind, type(thing).__name__, test, verdict, reason).write(Path(os.environ[FILE]))


def concrete(value: Any) -> np.ndarray | None:
    """Give the numbers of a tensor; None for what is only traced, or is none."""
    jax = import_module("jax")
    value = value.value if type(value).__name__ == "Variable" else value
    value = value.todense() if hasattr(value, "todense") else value  # a sparse one has the same numbers
    if isinstance(value, jax.core.Tracer) or type(value).__name__ == "KerasTensor":
        return None
    if isinstance(value, np.ndarray | jax.Array) and getattr(value, "dtype", None) is not None:
        return np.asarray(value)
    return None


def is_kerass(thing: Any, part: str) -> bool:
    """Tell whether a class is Keras' own, and not one that a test made up."""
    module = type(thing).__module__
    return module.startswith(f"keras.src.{part}") and not module.endswith("_test")


def _watch_layers(keras: Any) -> None:
    layer = import_module("keras.src.layers.layer").Layer
    original = layer.__call__
    get_mask = import_module("keras.src.backend").get_keras_mask

    @wraps(original)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_model = isinstance(self, keras.Model)
        if _busy or is_model or "PYTEST_CURRENT_TEST" not in os.environ:
            return original(self, *args, **kwargs)
        training, before = _is_training(kwargs), _kept(self)
        given = _given(args, kwargs)
        masks = [get_mask(each) for each in given]
        with _inside("layer"):
            result = original(self, *args, **kwargs)
        if is_kerass(self, "layers") and not _is_traced(given, result):
            with _inside("oracle"):
                seen = partial(layers.Called, self, training=training, before=before)
                _tell("layer", self, lambda: _of_layer(keras, seen, args, kwargs, given, masks, result))
        return result

    layer.__call__ = watched


def _given(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """List the values that a layer is called on."""
    first = args[0] if args else kwargs.get("inputs", kwargs.get("sequences", kwargs.get("query")))
    given = list(first) if isinstance(first, list | tuple) else [first]
    more = [*args[1:], *(kwargs[key] for key in ("value", "key") if kwargs.get(key) is not None)]
    return [*given, *(each for each in more if not isinstance(each, bool | type(None)))]


def _is_traced(given: list[Any], result: Any) -> bool:
    """Tell whether a call computed no numbers."""
    results = list(result) if isinstance(result, list | tuple) else [result]
    return any(type(each).__name__ == "KerasTensor" or "Tracer" in type(each).__name__ for each in [*given, *results])


def _is_training(kwargs: dict[str, Any]) -> bool:
    """Tell whether a layer acts as it does while training: as it is told, or as the model around it."""
    around = import_module("keras.src.backend.common.global_state").get_global_attribute("current_call_ctx")
    told = kwargs.get("training")
    return bool(told if told is not None or around is None else around.get_value("training"))


def _kept(layer: Any) -> list[np.ndarray] | None:
    """Copy what a layer keeps without learning it; None where it is not built, or only traced."""
    found = [concrete(weight) for weight in layer.non_trainable_weights] if layer.built else []
    kept = [np.array(each) for each in found if each is not None]
    return kept if kept and len(kept) == len(found) else None


def _of_layer(
    keras: Any,
    seen: Callable[..., layers.Called],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    given: list[Any],
    masks: list[Any],
    result: Any,
) -> tuple[str, str]:
    layer = seen.args[0]  # type: ignore[attr-defined]
    options = {key: value for key, value in kwargs.items() if key not in VALUES and key != "training"}
    if "Attention" not in type(layer).__name__ and len(args) > 1:  # options by their place
        names = list(signature(layer.call).parameters)
        options |= {name: value for name, value in zip(names[1:], args[1:], strict=False) if name != "training"}
        given = given[: len(given) - sum(value is not None and not isinstance(value, bool) for value in args[1:])]
        masks = masks[: len(given)]
    values = [concrete(each) for each in given]
    arrays = [value for value in values if value is not None]
    if len(arrays) < len(values) or not arrays:
        raise Outside(IMPOSSIBLE)
    if type(layer).__name__ == "MultiHeadAttention":
        arrays, masks = _attended(arrays, masks)
    own = options.get("mask")
    if own is not None and not isinstance(own, list | tuple):
        masks = [own, *masks[1:]]
    told = [None if mask is None else np.asarray(mask) for mask in masks]
    if options.get("return_attention_scores"):
        result = result[0]  # what the layer gives; the scores are a look inside
    computed = concrete(result)
    return layers.compare(keras, seen(arrays, told, options, result if computed is None else computed))


def _attended(arrays: list[np.ndarray], masks: list[Any]) -> tuple[list[np.ndarray], list[Any]]:
    """Read query, value and key; a key of its own cannot be said."""
    if len(arrays) == 3 and not np.array_equal(arrays[1], arrays[2]):
        raise NotSaid("attention with keys of their own")
    return arrays[:2], masks[:2]


def _of_loss(loss: Any, result: Any, _: None, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
    if not is_kerass(loss, "losses") or _is_traced([y_true, y_pred], result):
        return
    _tell(
        "loss",
        loss,
        lambda: losses.compare(loss, np.asarray(y_true), np.asarray(y_pred), sample_weight, np.asarray(result)),
    )


def _of_rows(metric: Any, _: Any, __: None, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
    if not _is_traced([y_true, y_pred], None):
        rows = metric.__dict__.setdefault("_shown_to_oracle", metrics.Rows(metric))
        rows.add(np.asarray(y_true), np.asarray(y_pred), sample_weight)


def _of_value(metric: Any, result: Any, _: None) -> None:
    rows = metric.__dict__.get("_shown_to_oracle")
    if rows is not None and not _is_traced([], result):
        _tell("metric", metric, lambda: rows.compare(np.asarray(result)))


def _of_reset(metric: Any, _: Any, __: None) -> None:
    metric.__dict__.pop("_shown_to_oracle", None)


def _before(optimizer: Any, grads: Any, trainable_variables: Any = None) -> list[np.ndarray] | None:
    """Copy the variables of an optimizer before a step; None where they are only traced."""
    del grads
    variables = (
        trainable_variables if trainable_variables is not None else getattr(optimizer, "_trainable_variables", ())
    )
    found = [concrete(each) for each in variables]
    return None if any(each is None for each in found) else [np.array(each) for each in found]


def _of_step(
    optimizer: Any, _: Any, before: list[np.ndarray] | None, grads: Any, trainable_variables: Any = None
) -> None:
    variables = trainable_variables if trainable_variables is not None else optimizer._trainable_variables  # noqa: SLF001
    is_own = is_kerass(optimizer, "optimizers")
    after = [concrete(each) for each in variables]
    if before is None or not is_own or _is_traced(list(grads), None) or any(each is None for each in after):
        return  # a step that was only traced
    if hasattr(optimizer.assign, "mock_calls") or concrete(optimizer.iterations) is None:
        return  # a test's stand-in, which does no step

    def step() -> tuple[str, str]:
        arrays = [concrete(each) for each in grads]
        found = [each for each in arrays if each is not None]
        if len(found) < len(arrays):
            raise Outside(IMPOSSIBLE)  # nothing to step by
        if any(getattr(variable, "constraint", None) is not None for variable in variables):
            raise Outside(BESIDE)
        if any(getattr(variable, "overwrite_with_gradient", False) for variable in variables):
            raise Outside(FEW_BITS)  # the scale of eight bits, which its gradient replaces
        twins = optimizer.__dict__.setdefault("_twin_of_oracle", [])
        if not twins:
            twins.append(optimizers.Twin(optimizer))
        outcome: tuple[str, str] = twins[0].step(before, found, [np.array(each) for each in after])
        return outcome

    _tell("optimizer", optimizer, step)
