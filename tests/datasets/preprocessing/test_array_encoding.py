"""Columns whose cells are arrays reach the network in their own shape."""

import numpy as np
import pyarrow as pa
import pytest

import neural
import specs
from chainrule.encoding import encode
from datasets import Column, Kind, Preprocessing, prepare_examples
from datasets.errors import ColumnsChanged
from tests.datasets.recipes import recipe


def images(rows: int = 60) -> tuple[pa.Table, list[Column]]:
    """Make images of 6 by 6 whose upper or lower half is bright, with their labels."""
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 60, (rows, 6, 6, 1))
    labels = np.arange(rows) % 2
    for row, label in enumerate(labels):
        pixels[row, 3 * label : 3 * label + 3] += 150
    flat = pa.FixedSizeListArray.from_arrays(pa.array(pixels.reshape(-1).astype(np.uint8)), 36)
    names = ["up" if label == 0 else "down" for label in labels]
    half = rows // 2
    top = [{"value": "down", "count": half}, {"value": "up", "count": rows - half}]
    columns = [
        Column(name="image", kind=Kind.IMAGE, missing=0, distinct=rows, statistics={"shape": [6, 6, 1]}),
        Column(name="label", kind=Kind.CATEGORY, missing=0, distinct=2, statistics={"top": top}),
    ]
    return pa.table({"image": flat, "label": names}), columns


def test_pixels_become_shares_in_their_shape() -> None:
    """Convolutions read height, width and channels."""
    table, columns = images()

    prepared = prepare_examples(table, columns, recipe("label", "binary", scaling="minmax", seed=1))

    assert prepared.preprocessing.input_shape == prepared.training_x.shape[1:] == (6, 6, 1)
    assert 0 <= prepared.training_x.min() < prepared.training_x.max() <= 1
    again = Preprocessing.from_json(prepared.preprocessing.to_json())
    assert again == prepared.preprocessing


def test_pixels_are_centred_unless_asked_otherwise() -> None:
    """A network that starts from numbers that are all positive learns late or never."""
    table, columns = images()

    x = prepare_examples(table, columns, recipe("label", "binary", seed=1)).training_x

    assert abs(x.mean()) < 0.05
    assert x.std() == pytest.approx(1, abs=0.05)


def test_images_are_learned_from_two_fields() -> None:
    """Dataset and target are enough; the network is flattened in front."""
    table, columns = images()
    facts = specs.DatasetFacts("ds_images", table.num_rows, tuple(columns))
    resolved = specs.resolve(specs.parse({"dataset_id": "ds_images", "target": "label"}), facts, draw_seed=lambda: 1)

    prepared = specs.prepare(table, columns, resolved.spec)
    shape = prepared.preprocessing.input_shape
    last = [
        report.values
        for report in neural.train(
            specs.build_network(resolved.spec, shape, 1),
            specs.build_plan(resolved.spec),
            neural.Examples(prepared.training_x, prepared.training_y),
            neural.Examples(prepared.validation_x, prepared.validation_y),
        )
        if isinstance(report, neural.EpochReport)
    ][-1]

    assert resolved.sizes.input_shape == shape
    assert resolved.spec.network.layers[0].type == "flatten"
    assert last["val_accuracy"] >= 0.9
    again = specs.resolve(specs.parse(resolved.spec.to_json()), facts, draw_seed=lambda: 2)
    assert again.spec == resolved.spec


def test_rows_at_predict_are_read_as_those_of_the_table() -> None:
    """By the service and by the client, nested or flat; what has another shape is refused."""
    table, columns = images()
    preprocessing = prepare_examples(table, columns, recipe("label", "binary", seed=1)).preprocessing
    flat = table.column("image")[0].as_py()
    rows = [{"image": flat}, {"image": np.reshape(flat, (6, 6, 1)).tolist()}, {"image": None}]

    read = preprocessing.transform(rows)

    assert np.array_equal(read[0], read[1])
    assert not read[2].any()
    assert np.array_equal(read, encode(rows, preprocessing.to_json()))
    assert np.array_equal(read[:1], preprocessing.transform(table.slice(0, 1)))
    with pytest.raises(ColumnsChanged, match=r"\[6, 6, 1\]"):
        preprocessing.transform([{"image": [1, 2, 3]}])
