"""Attention with several heads, over a sequence itself or over another one."""

import math
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.errors import ShapeError
from neural.fields import check, choice, flag, integer, real
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import FIRST, MaskUse
from neural.layers.shared.projection import Projection, tokens
from neural.layers.shared.restraints import OfBias, OfKernel

BLOCKED = -1e9  # the score of what must not be seen; e^ of it is 0


@dataclass(frozen=True, kw_only=True)
class MultiHeadAttention(OfKernel, OfBias, Layer):
    """y = Wₒᵀ[o₁; …; oₙ] + bₒ with oₕ = Vₕ·softmax(KₕᵀQₕ / √key_dim), the softmax over the keys.

    Q is projected from the first input, K and V from the second, or from the first again where there is no other.
    Masked steps of the second input are not seen, and masked ones of the first see nothing; with `causal` no later
    step is seen. A query that sees nothing gives the mean of all values, or, in a layer with dropout, the output's
    bias: both as Keras 3. Kernels have Keras' shapes, (features, heads, key_dim) and (heads, key_dim, features), and
    start as matrices (features, heads · key_dim) and (heads · key_dim, features). Source: Vaswani et al. 2017.
    """

    key: ClassVar[str] = "multi_head_attention"
    summary: ClassVar[str] = "Every step gathers from all steps of its own or another sequence, weighed by likeness."
    aliases: ClassVar[tuple[str, ...]] = ("attention", "self_attention")
    mask_use: ClassVar[MaskUse] = MaskUse.USES_AND_CARRIES
    maximum_inputs: ClassVar[int | None] = 2

    num_heads: int = integer(minimum=1, summary="Number of heads.")
    key_dim: int = integer(minimum=1, summary="Features of the queries, keys and values of each head.")
    causal: bool = flag(default=False, summary="Whether a step sees only itself and earlier ones.")
    dropout: float = real(
        0.0, minimum=0, exclusive_maximum=1, summary="Share of the weights that are cleared while training."
    )
    initializer: str | Initializer = choice("glorot_uniform", lambda: INITIALIZERS, summary="How the kernels start.")
    use_bias: bool = flag(default=True, summary="Whether biases are added.")
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the biases start.")

    def __post_init__(self) -> None:
        check(self)
        initializer(self.initializer)
        initializer(self.bias_initializer)

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return the shape of the queries' sequence."""
        for shape in input_shapes:
            if len(shape) != 2:
                raise ShapeError(f"layer {self.name}", got=shape, needed="a sequence, (time, features)")
        return input_shapes[0]

    def parameter_shapes(self, *input_shapes: Shape) -> tuple[ParameterShape, ...]:
        """Kernel and bias of queries, keys, values and output."""
        heads, wide = (self.num_heads, self.key_dim), self.num_heads * self.key_dim
        features, others = input_shapes[0][-1], input_shapes[-1][-1]
        shapes = {
            "query": ((features, *heads), heads, (features, wide)),
            "key": ((others, *heads), heads, (others, wide)),
            "value": ((others, *heads), heads, (others, wide)),
            "output": ((*heads, features), (features,), (wide, features)),
        }
        found = []
        for name, (kernel, bias, fans) in shapes.items():
            found.append(ParameterShape(f"{name}_kernel", kernel, self.initializer, fans=fans))
            if self.use_bias:
                found.append(ParameterShape(f"{name}_bias", bias, self.bias_initializer))
        return tuple(found)

    def flops_per_row(self, *input_shapes: Shape) -> int:
        """Two for each weight at each step, and for each feature of each pair of steps."""
        (time, features), (others, width) = input_shapes[0], input_shapes[-1]
        wide = self.num_heads * self.key_dim
        return 4 * wide * (time * features + others * width + time * others)

    def depends_on_semantics(self, *, is_frozen: bool) -> bool:
        """Tell that kernels once started narrower."""
        del is_frozen
        return True

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Project, attend, project; tokens lie row by row of the batch in between."""
        wide = self.num_heads * self.key_dim
        features, others = buffers.input_shapes[0][-1], buffers.input_shapes[-1][-1]
        sizes = [(width + self.use_bias) * wide for width in (features, others, others)]
        ends = np.cumsum([0, *sizes])
        own = [
            (buffers.parameters[a:b].reshape(-1, wide), buffers.gradients[a:b].reshape(-1, wide))
            for a, b in pairwise(ends)
        ]
        if len(buffers.xs) == 1:
            inward = [Projection(buffers, 0, own, "qkv", use_bias=self.use_bias)]
        else:
            inward = [
                Projection(buffers, 0, own[:1], "q", use_bias=self.use_bias),
                Projection(buffers, 1, own[1:], "kv", use_bias=self.use_bias),
            ]
        heads = _Heads(self, buffers, [part for each in inward for part in each.parts])
        outward = _Outward(self, buffers, heads, int(ends[-1]))
        return Bound(
            [*(call for each in inward for call in each.forward), *heads.forward, *outward.forward],
            [*outward.backward, *heads.backward, *(call for each in inward for call in each.backward)],
        )


class _Heads:
    """softmax(KᵀQ)·V of every head and row; scores lie (keys, heads, batch, queries), reduced over the first axis."""

    def __init__(self, layer: MultiHeadAttention, buffers: LayerBuffers, parts: list[tuple[Array, Array]]) -> None:
        self._layer, self._buffers = layer, buffers
        (Q, dQ), (K, dK), (V, dV) = ((self._by_head(a), self._by_head(b)) for a, b in parts)
        self.q, self.dq = parts[0]
        heads, _, batch, queries = Q.shape
        keys = K.shape[-1]
        ones = int(layer.use_bias)
        flat = buffers.scratch("context", (heads * layer.key_dim + ones, batch * queries))
        flat[len(flat) - ones :] = 1
        self.context = flat
        self.dcontext = buffers.scratch("dcontext", (heads * layer.key_dim, batch * queries))
        o, do = (self._by_head(each[: heads * layer.key_dim], queries) for each in (flat, self.dcontext))
        scores = buffers.scratch("scores", (keys, heads, batch, queries))
        dscores = buffers.scratch("dscores", scores.shape)
        self._total = buffers.scratch("total", (heads, batch, queries))
        P, dP = (each.transpose(1, 2, 0, 3) for each in (scores, dscores))  # (heads, batch, keys, queries)
        Q, K, V, dQ, dK, dV, o, do = (each.swapaxes(1, 2) for each in (Q, K, V, dQ, dK, dV, o, do))
        scale = scalar(1 / math.sqrt(layer.key_dim), scores.dtype)
        hiding = _Hiding(layer, buffers, scores)
        drop, dropped = self._dropout(scores, dscores)
        seen = P if dropped is None else dropped.transpose(1, 2, 0, 3)
        product = buffers.scratch("product", self.dcontext.shape)
        total = buffers.scratch("error total", self._total.shape)
        by_feature = product.reshape(heads, layer.key_dim, batch, queries)
        self.forward: Calls = [
            partial(np.multiply, self.q, scale, self.q),
            partial(np.matmul, K.swapaxes(2, 3), Q, P),
            *hiding.before,
            *self._softmax(scores),
            *hiding.after,
            *drop,
            partial(np.matmul, V, seen, o),
        ]
        self.backward: Calls = [
            partial(np.matmul, do, seen.swapaxes(2, 3), dV),
            partial(np.matmul, V.swapaxes(2, 3), do, dP),
            *([] if dropped is None else [partial(np.multiply, dscores, self._kept, dscores)]),
            partial(np.multiply, self.dcontext, flat[: len(product)], product),
            partial(np.add.reduce, by_feature, 1, None, total),  # Σ over the keys of P·dP, by features
            partial(np.subtract, dscores, total, dscores),
            partial(np.multiply, dscores, scores, dscores),
            *hiding.back(dscores),
            partial(np.matmul, K, dP, dQ),
            partial(np.multiply, self.dq, scale, self.dq),
            partial(np.matmul, Q, dP.swapaxes(2, 3), dK),
        ]

    def _by_head(self, flat: Array, time: int | None = None) -> Array:
        """View (heads · key_dim, batch · time) as (heads, key_dim, batch, time)."""
        batch = self._buffers.y.shape[-1]
        return flat.reshape(self._layer.num_heads, self._layer.key_dim, batch, time or flat.shape[1] // batch)

    def _softmax(self, scores: Array) -> Calls:
        """Turn scores into weights in place."""
        total = self._total
        return [
            partial(np.maximum.reduce, scores, 0, None, total),
            partial(np.subtract, scores, total, scores),
            partial(np.exp, scores, scores),
            partial(np.add.reduce, scores, 0, None, total),
            partial(np.reciprocal, total, total),
            partial(np.multiply, scores, total, scores),
        ]

    def _dropout(self, scores: Array, dscores: Array) -> tuple[Calls, Array | None]:
        """Clear some weights and scale up the others, while training."""
        generator, rate = self._buffers.generator, self._layer.dropout
        if generator is None or rate == 0:
            return [], None
        self._kept = kept = self._buffers.scratch("kept", scores.shape)
        dropped = self._buffers.scratch("dropped", scores.shape)
        keep = scalar(1 - rate, scores.dtype)
        del dscores
        return [
            partial(generator.random, None, scores.dtype.type, kept),
            partial(np.add, kept, keep, kept),
            partial(np.floor, kept, kept),
            partial(np.divide, kept, keep, kept),
            partial(np.multiply, scores, kept, dropped),
        ], dropped


class _Hiding:
    """What a query must not see: masked keys and later steps, and everything for a masked query."""

    def __init__(self, layer: MultiHeadAttention, buffers: LayerBuffers, scores: Array) -> None:
        """Prepare what comes before and after the softmax of scores (keys, heads, batch, queries)."""
        self.before: Calls = []
        self.after: Calls = []
        self._hidden: npt.NDArray[np.bool_] | None = None
        if buffers.semantics == FIRST:
            self._push_away(layer, buffers, scores)
            return
        asking, asked = buffers.masks[0], buffers.masks[-1]
        if asking is None and asked is None and not layer.causal:
            return
        keys, _, batch, queries = scores.shape
        self._hidden = hidden = np.zeros((keys, 1, batch, queries), bool)
        later = np.tri(keys, queries, -1, dtype=bool) if layer.causal else np.zeros((keys, queries), bool)
        hidden[...] = later[:, None, None, :]
        blocked = scalar(BLOCKED, scores.dtype)
        self.before = [
            *self._find(asking, asked, later, hidden[:, 0]),
            partial(np.copyto, scores, blocked, where=hidden),
        ]
        if layer.dropout:
            self.after = [partial(np.copyto, scores, scalar(0, scores.dtype), where=hidden)]

    def _find(
        self, asking: Array | None, asked: Array | None, later: npt.NDArray[np.bool_], hidden: npt.NDArray[np.bool_]
    ) -> Calls:
        """Find out which of (keys, batch, queries) are hidden."""
        if asking is None and asked is None:
            return []  # later steps alone, which never change
        calls: Calls = [partial(np.copyto, hidden, later[:, None, :])]
        if asked is not None:
            absent = np.zeros(asked.shape, bool)
            calls += [partial(np.equal, asked, 0, absent), partial(np.logical_or, hidden, absent[:, :, None], hidden)]
        if asking is not None:
            silent = np.zeros(asking.shape, bool)
            calls += [partial(np.equal, asking, 0, silent), partial(np.logical_or, hidden, silent.T, hidden)]
        return calls

    def back(self, dscores: Array) -> Calls:
        """Let no error reach the scores of what is hidden."""
        return (
            [] if self._hidden is None else [partial(np.copyto, dscores, scalar(0, dscores.dtype), where=self._hidden)]
        )

    def _push_away(self, layer: MultiHeadAttention, buffers: LayerBuffers, scores: Array) -> None:
        """Push the scores of masked keys and of later steps out of reach, as the first version did."""
        keys, _, batch, queries = scores.shape
        if layer.causal:
            later = np.tril(np.full((keys, queries), BLOCKED, scores.dtype), -1).reshape(keys, 1, 1, queries)
            self.before.append(partial(np.add, scores, later, scores))
        mask = buffers.masks[-1]
        if mask is not None:
            blocked, one = buffers.scratch("blocked", (keys, 1, batch, 1)), scalar(1, scores.dtype)
            flat = blocked.reshape(keys, batch)
            self.before += [
                partial(np.subtract, one, mask, flat),
                partial(np.multiply, flat, scalar(BLOCKED, scores.dtype), flat),
                partial(np.add, scores, blocked, scores),
            ]


class _Outward:
    """The projection of what the heads gathered back into the layer's output."""

    def __init__(self, layer: MultiHeadAttention, buffers: LayerBuffers, heads: _Heads, start: int) -> None:
        features = buffers.output_shape[-1]
        W = buffers.parameters[start:].reshape(-1, features)
        dW = buffers.gradients[start:].reshape(-1, features)
        y = buffers.scratch("y by row", (features, heads.context.shape[1]))
        wide = layer.num_heads * layer.key_dim
        self.forward: Calls = [
            partial(W.T.dot, heads.context, y),
            partial(np.copyto, tokens(buffers.y_values), y.reshape(tokens(buffers.y_values).shape)),
        ]
        self.backward: Calls = [
            partial(np.copyto, y.reshape(tokens(buffers.dy).shape), tokens(buffers.dy)),
            partial(heads.context.dot, y.T, dW),
            partial(W[:wide].dot, y, heads.dcontext),
        ]
