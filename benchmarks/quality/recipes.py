"""Job bodies to be compared, by name; each gets dataset and target besides."""

from typing import Any

OURS: dict[str, dict[str, Any]] = {
    "default": {},
    "fast": {"training": {"preset": "fast"}},
    "best": {"training": {"preset": "best"}},
    "single": {"training": {"members": 1}},
    "R": {
        "network": {"hidden": [128, 128], "activation": "mish", "dropout": 0.15},
        "training": {
            "epochs": 100,
            "schedule": "cosine",
            "learning_rate": 0.003,
            "optimizer": {"name": "adamw", "weight_decay": 0.1, "beta_2": 0.95},
            "early_stopping": {"patience": 100},
        },
    },
}
