"""Writing sequences with a network that was taught to give the next token at each step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.data.examples import prepare_inputs
from neural.engine.arrays import Array
from neural.engine.layouts import input_arrays
from neural.errors import ParameterOutOfRange, ShapeError
from neural.network.binding import bind
from neural.network.network import Network
from neural.network.weights import check_flat

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tokens:
    """The ids with a meaning of their own."""

    padding: int = 0
    end: int = 1


def greedy(network: Network, flat: Array, prefixes: npt.NDArray[Any], *, tokens: Tokens | None = None) -> Ids:
    """Go on with each row from its first padding, always by the likeliest token, until the end token or the last step.

    The network maps ids (time,) to scores (time, vocabulary), and its step t must not see later ones: the scores at
    step t are for the token at step t + 1. `prefixes` has the shape (rows, time) and holds, in each row, at least one
    token, then padding; the result has the same shape, with padding behind the end token.
    """
    ids, special = np.array(prefixes, np.int64), tokens or Tokens()
    check_flat(network, flat)
    _check(network, ids, special)
    if not len(ids):
        return ids
    prepare_inputs(network, ids, flat.dtype)  # refuses ids outside of the vocabulary
    inputs = input_arrays(network.input_shape, 1, len(ids), flat.dtype)
    bound = bind(network, flat, inputs=inputs)
    scores = bound.logits[0].reshape(network.output_shape[-1], ids.shape[1], len(ids))
    lengths = (ids != special.padding).sum(axis=1)
    is_open = np.ones(len(ids), bool)
    for step in range(int(lengths.min()), ids.shape[1]):
        inputs[0, :, :-1] = ids
        for call in bound.slots[0].forward:
            call()
        following = scores[:, step - 1].argmax(axis=0)
        writes = is_open & (lengths <= step)
        ids[writes, step] = following[writes]
        is_open &= ~(writes & (following == special.end))
        if not is_open.any():
            break
    return ids


def _check(network: Network, ids: Ids, special: Tokens) -> None:
    time, shape = network.input_shape[0], network.output_shape
    if len(network.input_shape) != 1 or len(shape) != 2 or shape[0] != time:
        raise ShapeError(
            "decoding", got=(network.input_shape, shape), needed="ids (time,) to scores (time, vocabulary)"
        )
    if ids.ndim != 2 or ids.shape[1] != time:
        raise ShapeError("prefixes", got=ids.shape, needed=f"(rows, {time})")
    filled = ids != special.padding
    holes = ~filled[:, 0] | (filled[:, 1:] & ~filled[:, :-1]).any(axis=1)
    if holes.any():
        row = int(np.argmax(holes))
        raise ParameterOutOfRange("decoding", "prefixes", ids[row].tolist(), expected="tokens first, then padding")
