"""PyTorch in eager mode, the way its tutorials write a training loop."""

from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.neural.workloads import Workload

NAME = "torch"
FUNCTIONS = {"linear": nn.Identity, "relu": nn.ReLU, "tanh": nn.Tanh}

torch.set_num_threads(1)


def can_run(work: Workload) -> bool:
    """Tell whether every layer has its counterpart here."""
    return all(layer.key in COUNTERPARTS for layer in work.network.layers)


class Trainer:
    """Trains a workload; goes on from where the last call ended."""

    def __init__(self, work: Workload) -> None:
        self._work, self._model = work, Model(work)
        x = work.examples.x.transpose(0, 3, 1, 2).copy() if len(work.input_shape) == 3 else work.examples.x
        self._x = torch.from_numpy(x)
        binary = work.loss == "binary_crossentropy"
        self._y = torch.from_numpy(work.examples.y.astype(np.float32)[:, None] if binary else work.examples.y)
        self._loss = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
        self._orders = [torch.from_numpy(order) for order in work.orders]
        parameters = self._model.parameters()
        if work.optimizer == "adam":
            self._optimizer: Any = torch.optim.Adam(parameters, work.learning_rate, eps=1e-7)
        else:
            self._optimizer = torch.optim.SGD(parameters, work.learning_rate, momentum=work.momentum)

    def __call__(self) -> float:
        """Train; give the mean loss of the first epoch."""
        means = []
        for order in self._orders:
            total = torch.zeros(())
            for rows in order.split(self._work.batch_size):
                self._optimizer.zero_grad()
                loss = self._loss(self._model(self._x[rows]), self._y[rows])
                loss.backward()
                self._optimizer.step()
                total += loss.detach() * len(rows)
            means.append(float(total) / self._work.rows)
        return means[0]


class Model(nn.Module):
    """The workload's network, layer for layer, with its first weights."""

    def __init__(self, work: Workload) -> None:
        super().__init__()
        self._sources = work.network.sources
        shapes = work.network.shapes
        self.parts = nn.ModuleList()
        for index, (layer, sources) in enumerate(zip(work.network.layers, self._sources, strict=True)):
            own = {
                name.removeprefix(f"{layer.name}."): torch.from_numpy(array.copy())
                for name, array in work.arrays.items()
                if name.startswith(f"{layer.name}.")
            }
            before = shapes[sources[0]]
            flattened = index and work.network.layers[index - 1].key == "flatten"
            image = shapes[self._sources[index - 1][0]] if flattened else None
            self.parts.append(COUNTERPARTS[layer.key](layer, own, before, image))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the logits."""
        values = [x]
        for part, sources in zip(self.parts, self._sources, strict=True):
            values.append(part(*(values[source] for source in sources)))
        return values[-1]


def _with(module: nn.Module, **tensors: torch.Tensor) -> nn.Module:
    with torch.no_grad():
        for name, tensor in tensors.items():
            getattr(module, name).copy_(tensor)
    return module


def _dense(
    layer: Any, own: dict[str, torch.Tensor], before: tuple[int, ...], image: tuple[int, ...] | None
) -> nn.Module:
    kernel = own["kernel"]
    if image is not None:  # flattened channels first here
        kernel = kernel.reshape(*image, -1).permute(2, 0, 1, 3).reshape(kernel.shape)
    linear = _with(nn.Linear(before[-1], layer.units), weight=kernel.T, bias=own["bias"])
    return linear if layer.activation == "linear" else nn.Sequential(linear, FUNCTIONS[layer.activation]())


def _conv2d(layer: Any, own: dict[str, torch.Tensor], before: tuple[int, ...], _: object) -> nn.Module:
    kernel = own["kernel"].permute(3, 2, 0, 1)
    convolution = _with(nn.Conv2d(before[-1], layer.filters, kernel.shape[2:]), weight=kernel, bias=own["bias"])
    return nn.Sequential(convolution, FUNCTIONS[layer.activation]())


class _LastState(nn.Module):
    def __init__(self, layer: Any, own: dict[str, torch.Tensor], before: tuple[int, ...], _: object) -> None:
        super().__init__()
        self.cell = _with(
            nn.LSTM(before[-1], layer.units, batch_first=True),
            weight_ih_l0=own["kernel"].T,
            weight_hh_l0=own["recurrent_kernel"].T,
            bias_ih_l0=own["bias"],
            bias_hh_l0=torch.zeros_like(own["bias"]),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.cell(x)[0][:, -1]


class _Attention(nn.Module):
    def __init__(self, layer: Any, own: dict[str, torch.Tensor], before: tuple[int, ...], _: object) -> None:
        super().__init__()
        width = before[-1]
        del layer
        names = ("query", "key", "value")
        self.attention = _with(
            nn.MultiheadAttention(width, 4, batch_first=True),
            in_proj_weight=torch.cat([own[f"{name}_kernel"].reshape(width, width).T for name in names]),
            in_proj_bias=torch.cat([own[f"{name}_bias"].reshape(width) for name in names]),
        )
        _with(self.attention.out_proj, weight=own["output_kernel"].reshape(width, width).T, bias=own["output_bias"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.attention(x, x, x, need_weights=False)[0]


class _Sum(nn.Module):
    def __init__(self, *_: object) -> None:
        super().__init__()

    def forward(self, *x: torch.Tensor) -> torch.Tensor:
        return x[0] + x[1]


class _Mean(nn.Module):
    def __init__(self, *_: object) -> None:
        super().__init__()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean(dim=1)


def _normalization(layer: Any, own: dict[str, torch.Tensor], before: tuple[int, ...], _: object) -> nn.Module:
    return _with(nn.LayerNorm(before[-1], eps=layer.epsilon), weight=own["gamma"], bias=own["beta"])


COUNTERPARTS: dict[str, Any] = {
    "dense": _dense,
    "conv2d": _conv2d,
    "max_pooling2d": lambda *_: nn.MaxPool2d(2),
    "flatten": lambda *_: nn.Flatten(),
    "lstm": _LastState,
    "multi_head_attention": _Attention,
    "add": _Sum,
    "layer_normalization": _normalization,
    "global_average_pooling1d": _Mean,
}
