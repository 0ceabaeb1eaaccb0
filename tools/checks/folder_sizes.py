"""Check: no folder of the product has more than 16 loose modules, for nobody looks through a longer list."""

from collections import Counter
from pathlib import Path, PurePosixPath

from tools.checks.files import product

MOST = 16
ENTRANCES = ("__init__.py", "__main__.py")
ONE_A_FILE = {  # alike by nature: whoever knows one knows where to look for the others
    "neural/activations": "one activation a file",
    "neural/constraints": "one constraint a file",
    "neural/initializers": "one initializer a file",
    "neural/layers": "one layer a file",
    "neural/losses": "one loss a file",
    "neural/metrics": "one metric a file",
    "neural/optimizers": "one optimizer a file",
    "neural/regularizers": "one regularizer a file",
    "neural/schedules": "one schedule a file",
}


def check(root: Path) -> list[str]:
    """Name the folders that have more, with their number."""
    modules = [PurePosixPath(name) for name in product(root)]
    counts = Counter(str(path.parent) for path in modules if path.name not in ENTRANCES)
    return [
        f"{folder}/ has {count} loose modules; at most {MOST}: give those that belong together a folder"
        for folder, count in sorted(counts.items())
        if count > MOST and folder not in ONE_A_FILE
    ]
