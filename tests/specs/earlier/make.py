"""Small models as the version before `network.semantics` wrote them: made under the commit 7d22ea3.

Each file holds the resolved spec, the weights and predictions at the end, and a checkpoint from the middle.
"""

from pathlib import Path
from typing import Any

import numpy as np

import exports
import neural
import specs
from tests.specs.facts import IRIS, number, resolve

FOLDER = Path(__file__).parent
STEPS, WORDS, ROWS, EPOCHS = 8, 9, 24, 4
FACTS = specs.DatasetFacts("ds_words", 60, (*(number(f"x{index}") for index in range(STEPS)), IRIS.columns[-1]))
EMBEDDED = {"type": "embedding", "input_dim": WORDS, "output_dim": 4, "mask_zero": True, "name": "words"}
END = {"type": "dense", "units": 3}
CASES: dict[str, dict[str, Any]] = {
    "masks": {
        "layers": [
            EMBEDDED,
            {"type": "conv1d", "filters": 4, "padding": "same", "activation": "tanh"},
            {"type": "batch_normalization", "momentum": 0.8},
            {"type": "max_pooling1d", "pool_size": 2, "strides": 1, "padding": "same"},
            {"type": "lstm", "units": 4, "return_sequences": True},
            {"type": "global_average_pooling1d"},
            END,
        ]
    },
    "attention": {
        "layers": [
            EMBEDDED,
            {"type": "multi_head_attention", "num_heads": 2, "key_dim": 3, "name": "gathered"},
            {"type": "multiply", "inputs": ["words", "gathered"]},
            {"type": "flatten"},
            END,
        ]
    },
    "frozen": {
        "layers": [
            {"type": "dense", "units": 5, "activation": "tanh", "name": "first"},
            {"type": "batch_normalization", "momentum": 0.5, "name": "norm"},
            END,
        ]
    },
}


def spec_of(name: str) -> specs.Spec:
    """Resolve the job of a case."""
    training = {"epochs": EPOCHS, "batch_size": 8, "dtype": "float64", "learning_rate": 0.05, "early_stopping": None}
    frozen = {"frozen": ["norm"]} if name == "frozen" else {}
    features = {"scaling": "none"}
    body = {"dataset_id": "ds_words", "target": "species", "network": CASES[name], "features": features}
    return resolve(body | {"training": training | frozen}, FACTS).spec


def rows() -> neural.Examples:
    """Draw ids whose ends are padding, with classes."""
    generator = np.random.default_rng(11)
    x = generator.integers(1, WORDS, (ROWS, STEPS))
    x[np.arange(STEPS) >= generator.integers(1, STEPS + 1, (ROWS, 1))] = 0
    return neural.Examples(x.astype(np.float64), generator.integers(0, 3, ROWS))


def make(name: str) -> None:
    """Train, keep the state after half of the epochs, and write both files."""
    spec = spec_of(name)
    network, plan = specs.build_network(spec, STEPS, 3), specs.build_plan(spec)
    kept: dict[str, np.ndarray] = {}
    for report in neural.train(network, plan, rows(), None):
        if isinstance(report, neural.EpochReport):
            if report.epoch == EPOCHS // 2:
                kept |= {f"state/{key}": array for key, array in report.state().to_arrays().items()}
            kept["weights"] = report.weights()
    kept["outputs"] = neural.predict(network, kept["weights"], rows().x, loss="categorical_crossentropy")
    with (FOLDER / f"{name}.npz").open("wb") as file:
        exports.write_state(kept, file, metadata={"spec": spec.to_json()})
    arrays = neural.named_arrays(network, kept["weights"])
    with (FOLDER / f"{name}.safetensors").open("wb") as file:
        exports.write(exports.TrainedModel(arrays=arrays, spec=spec.to_json(), preprocessing={}), "safetensors", file)


if __name__ == "__main__":
    for each in CASES:
        make(each)
