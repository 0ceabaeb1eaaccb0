"""The estimate of a training's memory, made before anything is allocated, and the fault where it would not fit."""

from dataclasses import dataclass, replace
from math import prod

from datasets.training_sets.row_files import MOST_IN_MEMORY
from neural import Network
from neural.network.batch_sizes import batch_for, slots_for
from neural.network.network import PlacedLayer
from specs.blueprint import Blueprint, Sizes, draw
from specs.estimates.work import kind_of_work
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted
from specs.limits import Limits
from specs.pointers import Path, label
from specs.resolving.notes import Notes
from specs.values import Spec

PROCESS_BYTES = 140 * 1024**2  # Python, NumPy, Arrow, the store, and what earlier jobs leave
RESIDENT = 4  # vectors as long as the weights: they, the gradient, the best, and those to which a fault is traced back
CHECKPOINTED = 2  # the weights and the best, each three times: copied, laid out, and in the file
SOURCE_BYTES = 18  # of a value in the table: mapped, taken out and converted
STORED_ROW_BYTES = 48  # of a row that stays on disk: answer, places in the order, one column while it is fitted
WINDOWS_BYTES = 128 << 20  # of rows on disk that are mapped at a time, in training and in scoring
COPIES_OF_A_VALUE = 2.7  # that flows through a layer: itself, its error, what the function needs
COPIES_OF_A_GATE = 3
ID_BYTES = 16  # of a token to learn: once as it is read, once shuffled


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """Bytes by what they are for."""

    parameters: int  # weights, gradient, optimizer, copies
    activations: int
    data: int
    process: int

    @property
    def total(self) -> int:
        """The bytes of all parts together."""
        return self.parameters + self.activations + self.data + self.process


def widths(network: Network) -> list[int]:
    """Return the number of values of one row before the first layer and after each."""
    return [prod(shape) for shape in network.shapes]


def estimate_memory(blueprint: Blueprint) -> MemoryEstimate:
    """Reckon the most that the worker's process will hold; within 30 % of what is measured (`bench estimates`)."""
    network, plan, sizes = blueprint.network, blueprint.plan, blueprint.sizes
    bytes_each = 8 if plan.dtype == "float64" else 4
    slots = len(plan.optimizer.slots) + (plan.averaging is not None)
    copies = RESIDENT + 2 * slots + 3 * (CHECKPOINTED + slots)
    rows = sizes.training_rows + sizes.validation_rows + sizes.test_rows
    answer = sizes.outputs * bytes_each if len(sizes.outputs_of_row) == 1 else sizes.inputs * ID_BYTES
    per_row = sizes.inputs * (4 + bytes_each) + _cells(blueprint.spec, sizes) * SOURCE_BYTES + answer + 8
    return MemoryEstimate(
        parameters=plan.members * network.parameter_count * bytes_each * copies,
        activations=plan.members * _activations(blueprint) * bytes_each,
        data=int(min(rows * per_row, stored_bytes(rows, sizes))),
        process=PROCESS_BYTES,
    )


def stored_bytes(rows: int, sizes: Sizes) -> float:
    """Reckon with rows that stay on disk, where the worker keeps them there."""
    is_stored = rows * sizes.inputs * 4 > MOST_IN_MEMORY and len(sizes.input_shape) == 1
    return rows * STORED_ROW_BYTES + WINDOWS_BYTES if is_stored else float("inf")


def _cells(spec: Spec, sizes: Sizes) -> int:
    """Count the values of a row of the table: one for each column, but for vectors and images."""
    kinds = spec.features.kinds.values()
    return sizes.inputs if {"vector", "image"} & set(kinds) else min(sizes.inputs, len(kinds))


def _activations(blueprint: Blueprint) -> int:
    """Count the values of the bound batches: whole ones and the smaller last, in training and in scoring."""
    network, rows, held_out = blueprint.network, blueprint.sizes.training_rows, blueprint.sizes.validation_rows
    batch, scored = min(blueprint.plan.batch_size, rows), min(max(held_out, 1), batch_for(network))
    loaded = batch * slots_for(network, batch) * prod(network.input_shape)
    inner = sum(map(inside, network.placed))
    flowing = sum(widths(network))
    training = (batch + rows % batch) * (COPIES_OF_A_VALUE * flowing + inner)
    return int(loaded + training + (scored + held_out % scored) * (flowing + inner / 2))


def inside(placed: PlacedLayer) -> float:
    """Count what a layer keeps of one row beside its output: columns of windows, gates, weights of attention."""
    own = kind_of_work(placed)
    gates = own.get("functions", 0.0) if own.get("products") else 0.0
    return own.get("columns", 0.0) + COPIES_OF_A_GATE * gates


def check_memory(notes: Notes, blueprint: Blueprint, dataset: DatasetFacts, limits: Limits) -> MemoryEstimate:
    """Return what the training needs; note a fault, at the part that needs most, if it would not fit."""
    memory = estimate_memory(blueprint)
    if memory.total <= limits.memory_bytes:
        return memory
    path, found = _largest(notes, blueprint, memory)
    smaller = _smaller(blueprint, memory, path, limits)
    weights = counted(blueprint.network.parameter_count)
    notes.fault(
        "spec.too_big",
        f"`{label(path)}` is too big: training needs about {_written(memory.total)}, and a worker has "
        f"{_written(limits.memory_bytes)}: "
        f"{_written(memory.parameters)} for {weights} weights, {_written(memory.activations)} for a batch, "
        f"{_written(memory.data)} for {counted(dataset.row_count)} rows.",
        path,
        found=found,
        expected=f"at most {_written(limits.memory_bytes)}",
        hint="Use smaller layers." if path[0] == "network" and smaller is None else None,
        suggestion=smaller,
    )
    return memory


def _largest(notes: Notes, blueprint: Blueprint, memory: MemoryEstimate) -> tuple[Path, object]:
    spec = blueprint.spec
    if memory.data >= max(memory.parameters, memory.activations):
        return ("dataset_id",), spec.dataset_id
    if memory.activations > memory.parameters:
        return ("training", "batch_size"), spec.training.batch_size
    sizes = widths(blueprint.network)[1:]
    dense = [index for index, layer in enumerate(spec.network.layers) if layer.type == "dense"]
    if not dense:
        return ("network",), None
    widest = max(dense, key=lambda index: sizes[index])
    hidden = notes.given.find("network", "hidden")
    if notes.given.find("network", "layers") is not ABSENT:
        return ("network", "layers", widest, "units"), sizes[widest]
    if hidden is not ABSENT and dense.index(widest) < len(hidden):
        return ("network", "hidden", dense.index(widest)), sizes[widest]
    return ("network",), None


def _smaller(blueprint: Blueprint, memory: MemoryEstimate, path: Path, limits: Limits) -> int | None:
    """Return the value at the path that would fit; None where other parts would have to change as well."""
    if path == ("training", "batch_size"):
        return _smaller_batch(blueprint, memory, limits)
    if path[0] != "network" or len(path) == 1:
        return None
    sizes = [layer.parameters["units"] for layer in blueprint.spec.network.layers[:-1] if layer.type == "dense"]
    for exponent in range(19, 3, -1):
        most = 1 << exponent
        others_fit = sum(units > most for units in sizes) == 1
        if others_fit:
            capped = draw(_capped(blueprint.spec, most), blueprint.sizes)
            if estimate_memory(capped).total <= limits.memory_bytes:
                return most
    return None


def _smaller_batch(blueprint: Blueprint, memory: MemoryEstimate, limits: Limits) -> int | None:
    left = limits.memory_bytes - memory.total + memory.activations
    fitting = left * blueprint.spec.training.batch_size // memory.activations
    return 2 ** (fitting.bit_length() - 1) if fitting >= 1 else None


def _capped(spec: Spec, most: int) -> Spec:
    """Return the spec with no layer wider than that, but for the output layer."""
    last = len(spec.network.layers) - 1
    layers = tuple(
        replace(layer, parameters={**layer.parameters, "units": min(layer.parameters["units"], most)})
        if layer.type == "dense" and index < last
        else layer
        for index, layer in enumerate(spec.network.layers)
    )
    return replace(spec, network=replace(spec.network, layers=layers))


def _written(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if size >= factor:
            return f"{counted(size // factor)} {unit}" if size >= 100 * factor else f"{size / factor:.1f} {unit}"
    return f"{size // 1000} kB"
