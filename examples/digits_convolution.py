"""Recognise handwritten digits with a convolutional network, through a running service.

    ./chainrule up                                  # in another terminal
    python examples/digits_convolution.py [http://127.0.0.1:8000]

Each row of the table holds the 64 pixels of an 8 by 8 image. The network folds them into an image, adds two
convolutions into a residual block, pools, and classifies.
"""

import sys
from pathlib import Path
from typing import Any

from chainrule import Client, Job

DIGITS = Path(__file__).parent / "data" / "digits.csv"
LAYERS: list[dict[str, Any]] = [
    {"type": "reshape", "target_shape": [8, 8, 1]},
    {"type": "conv2d", "filters": 16, "padding": "same", "activation": "relu", "name": "edges"},
    {"type": "conv2d", "filters": 16, "padding": "same", "activation": "relu", "name": "shapes"},
    {"type": "add", "inputs": ["edges", "shapes"]},
    {"type": "max_pooling2d", "pool_size": 2},
    {"type": "flatten"},
    {"type": "dropout", "rate": 0.3},
    {"type": "dense", "units": "auto"},
]


def train(client: Client, *, epochs: int = 30, seed: int = 1) -> Job:
    """Upload the digits, train the network, and wait for it."""
    dataset = client.datasets.upload(DIGITS)
    names = [column["name"] for column in dataset.raw["columns"]]
    return client.jobs.create(
        dataset_id=dataset.id,
        target="digit",
        features={"include": [name for name in names if name != "digit"]},  # also the pixels that are always empty
        network={"layers": LAYERS},
        training={"epochs": epochs, "learning_rate": 0.003, "seed": seed},
    ).wait(timeout=600)


def main(url: str) -> None:
    """Train, and say how well it went."""
    with Client(url) as client:
        job = train(client)
    latest = job.raw["latest"]
    print(f"{job.status}: {latest['val_accuracy']:.1%} of the held-out digits after {latest['epoch']} epochs")
    print(f"weights: {url}/v1/models/{job.raw['model_id']}/weights?format=safetensors")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
