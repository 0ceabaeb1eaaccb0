"""A small model with everything that a file must carry."""

import io
from collections.abc import Callable

import numpy as np
import pytest

import exports
from exports import TrainedModel


@pytest.fixture
def model() -> TrainedModel:
    """Two layers of a network, with texts beyond ASCII."""
    generator = np.random.Generator(np.random.PCG64(7))
    return TrainedModel(
        arrays={
            "dense_2.kernel": generator.standard_normal((5, 3)).astype(np.float32),
            "dense_2.bias": np.zeros(3, np.float32),
            "dense_1.kernel": generator.standard_normal((4, 5)).astype(np.float32),
            "dense_1.bias": np.zeros(5, np.float32),
        },
        spec={"target": "espèce", "training": {"epochs": 3, "learning_rate": 0.001}, "network": {"layers": []}},
        preprocessing={"version": 1, "features": [{"column": "größe", "mean": 0.1, "scale": 1e-300}]},
        metadata={"b": "2", "a": "1", "c": "3", "d": "4"},
    )


@pytest.fixture
def written(model: TrainedModel) -> Callable[[str], bytes]:
    """The bytes of the model in a format."""

    def write(name: str) -> bytes:
        file = io.BytesIO()
        exports.write(model, name, file)
        return file.getvalue()

    return write
