"""A checkpoint as a model: the one that its training would leave if it ended there."""

from collections.abc import Mapping
from typing import Any

import neural
import specs
from datasets import Preprocessing
from exports.errors import IncompleteState, UnreadableModel
from exports.model import TrainedModel
from exports.states import read_metadata, read_state

PREPROCESSING = "preprocessing"


def model_of_state(data: bytes, spec: Mapping[str, Any]) -> TrainedModel:
    """Read the weights of the best epoch so far; `spec` is the resolved one of the job.

    Raises UnreadableModel, and IncompleteState for what was written without its preprocessing.
    """
    try:
        state = neural.TrainingState.from_arrays(read_state(data))
        fitted = read_metadata(data).get(PREPROCESSING)
    except (KeyError, ValueError) as error:
        raise UnreadableModel(f"The file is not the state of a training: {error}.") from error
    if fitted is None:
        raise IncompleteState("The state was written by an older version, without its preprocessing.")
    preprocessing = Preprocessing.from_json(fitted)
    network = specs.build_network(specs.Spec.from_json(spec), preprocessing.input_shape, preprocessing.output_shape)
    arrays = neural.named_arrays(network, state.weights)
    return TrainedModel(arrays=arrays, spec=spec, preprocessing=preprocessing.to_json())
