"""Examples of traces, for the document."""

from typing import Any

from app.routes.examples.jobs import MODEL_ID

Example = dict[str, Any]

ROWS: Example = {
    "rows": [
        {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2, "species": "setosa"},
    ]
}
TRACE: Example = {
    "object": "trace",
    "row_count": 1,
    "loss": {"name": "categorical_crossentropy", "value": 0.223},
    "optimizer": {"name": "sgd", "learning_rate": 0.1},
    "layers": [
        {
            "name": "dense_1",
            "type": "dense",
            "function": "softmax",
            "reads": ["input"],
            "x": [[[0.5, -1.0]]],
            "z": [[1.5, -0.5, 0.0]],
            "a": [[0.7361, 0.0996, 0.1643]],
            "da": None,
            "dz": [[-0.2639, 0.0996, 0.1643]],
            "parameters": {
                "bias": {
                    "value": [0.0, 0.0, 0.0],
                    "gradient": [-0.2639, 0.0996, 0.1643],
                    "update": [0.0264, -0.01, -0.0164],
                }
            },
        }
    ],
    "parameters": 9,
    "model_id": MODEL_ID,
    "checkpoint_id": None,
}
