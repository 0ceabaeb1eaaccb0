"""Recompute a step of training by hand, without any library: dense layers with tanh, sigmoid or relu.

python examples/trace_by_hand.py MODEL_ID [http://127.0.0.1:8000] < rows.json, with rows as {"rows": [{…, "target": …}]}
"""
# ruff: noqa: B905, S310 - a page to be read, of matrices whose sizes fit

import json
import math
import sys
import urllib.request
from typing import Any

SLOPES = {"tanh": lambda a: 1 - a * a, "sigmoid": lambda a: a * (1 - a), "relu": lambda a: float(a > 0)}
FUNCTIONS = {"tanh": math.tanh, "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "relu": lambda z: max(z, 0.0)}
product = lambda A, B: [[sum(a * b for a, b in zip(row, column)) for column in zip(*B)] for row in A]  # noqa: E731
distance = lambda A, B: max(abs(a - b) for row, other in zip(A, B) for a, b in zip(row, other))  # noqa: E731


def check(trace: dict[str, Any]) -> float:
    """Go through the layers from the last to the first; return the largest difference to the trace."""
    differences, following = [], None
    for layer in reversed(trace["layers"]):
        x, W, b = layer["x"][0], layer["parameters"]["kernel"], layer["parameters"]["bias"]
        z = [[value + bias for value, bias in zip(row, b["value"])] for row in product(x, W["value"])]
        if following is not None:  # dL/da = dL/dz of the next layer · its kernel, transposed
            da = product(following["dz"], list(zip(*following["parameters"]["kernel"]["value"])))
            dz = [[d * SLOPES[layer["function"]](a) for d, a in zip(*each)] for each in zip(da, layer["a"])]
            a = [[FUNCTIONS[layer["function"]](value) for value in row] for row in z]
            differences += [distance(da, layer["da"]), distance(dz, layer["dz"]), distance(a, layer["a"])]
        dW, db = product(list(zip(*x)), layer["dz"]), [sum(column) for column in zip(*layer["dz"])]
        differences += [distance(z, layer["z"]), distance(dW, W["gradient"]), distance([db], [b["gradient"]])]
        following = layer
    return float(max(differences))


if __name__ == "__main__":
    url = f"{(sys.argv[2:] or ['http://127.0.0.1:8000'])[0]}/v1/models/{sys.argv[1]}/trace"
    request = urllib.request.Request(url, sys.stdin.buffer.read(), {"Content-Type": "application/json"})
    print("largest difference:", check(json.load(urllib.request.urlopen(request))))
