"""How much memory a training needs, reckoned before anything is allocated."""

from dataclasses import dataclass, replace
from math import prod

from neural import Network
from specs.building import build_network
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted
from specs.limits import Limits
from specs.pointers import Path, label
from specs.resolved import Resolved, Sizes
from specs.resolving.notes import Notes
from specs.values import Spec

PROCESS_BYTES = 120 * 1024**2  # Python, NumPy and Arrow before the first array
SLOTS = {"sgd": 1, "rmsprop": 3, "adam": 2, "adamw": 2}  # vectors as long as the weights, at most
BEST_AND_COPIES = 2  # the best weights so far, and one copy on its way into a report


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes by what they are for."""

    parameters: int  # weights, gradient, optimizer, copies
    activations: int
    data: int
    process: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.parameters + self.activations + self.data + self.process


def widths(network: Network) -> list[int]:
    """Return the number of values of one row before the first layer and after each."""
    return [prod(shape) for shape in network.shapes]


def estimate_memory(spec: Spec, sizes: Sizes) -> Memory:
    """Reckon with whole numbers, which do not overflow; within about a third of what is measured."""
    bytes_each = 8 if spec.training.dtype == "float64" else 4
    copies = 2 + SLOTS.get(spec.training.optimizer.name, 3) + BEST_AND_COPIES
    network = build_network(spec, sizes.input_shape, sizes.outputs)
    count = network.parameter_count
    rows = sizes.training_rows + sizes.validation_rows
    return Memory(
        parameters=count * bytes_each * copies,
        activations=2 * spec.training.batch_size * sum(widths(network)) * bytes_each,
        data=rows * (sizes.inputs * (4 + bytes_each) + sizes.outputs * bytes_each + 8),
        process=PROCESS_BYTES,
    )


def check_memory(notes: Notes, resolved: Resolved, dataset: DatasetFacts, limits: Limits) -> None:
    """Note a fault, at the part that needs most, if the training would not fit."""
    memory = estimate_memory(resolved.spec, resolved.sizes)
    if memory.total <= limits.memory_bytes:
        return
    path, found = _largest(notes, resolved, memory)
    smaller = _smaller(resolved, path, limits)
    weights = counted(_network(resolved).parameter_count)
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


def _largest(notes: Notes, resolved: Resolved, memory: Memory) -> tuple[Path, object]:
    spec = resolved.spec
    if memory.data >= max(memory.parameters, memory.activations):
        return ("dataset_id",), spec.dataset_id
    if memory.activations > memory.parameters:
        return ("training", "batch_size"), spec.training.batch_size
    sizes = widths(_network(resolved))[1:]
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


def _network(resolved: Resolved) -> Network:
    return build_network(resolved.spec, resolved.sizes.input_shape, resolved.sizes.outputs)


def _smaller(resolved: Resolved, path: Path, limits: Limits) -> int | None:
    """Return the value at the path that would fit; None where other parts would have to change as well."""
    if path == ("training", "batch_size"):
        return _smaller_batch(resolved, limits)
    if path[0] != "network" or len(path) == 1:
        return None
    sizes = [layer.parameters["units"] for layer in resolved.spec.network.layers[:-1] if layer.type == "dense"]
    for exponent in range(19, 3, -1):
        most = 1 << exponent
        others_fit = sum(units > most for units in sizes) == 1
        if others_fit and estimate_memory(_capped(resolved.spec, most), resolved.sizes).total <= limits.memory_bytes:
            return most
    return None


def _smaller_batch(resolved: Resolved, limits: Limits) -> int | None:
    memory = estimate_memory(resolved.spec, resolved.sizes)
    left = limits.memory_bytes - memory.total + memory.activations
    fitting = left * resolved.spec.training.batch_size // memory.activations
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
