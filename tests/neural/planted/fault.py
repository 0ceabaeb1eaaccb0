"""What a planted fault is, and how tests are named that notice many of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What stands in the code, what is planted in its place, and the test that notices."""

    name: str
    file: str  # in neural/
    line: str
    planted: str
    test: str  # in tests/neural/
    is_quick: bool = False  # noticed in a second or two, so planted by the ordinary tests, too


ENDS = "test_gradient_check.py::test_every_activation_may_end_a_network[{}-mean_squared_error]"
PAIRS = "test_gradient_check.py::test_every_layer_activation_and_loss_passes_the_check[tanh-{}]"
KERAS = "test_keras_layers.py::test_every_layer_learns_as_in_keras[{}-float64]"
LOSS = "test_keras_parity.py::test_every_loss_pulls_as_in_keras[{}-float64]"
STEP = "test_keras_parity.py::test_every_optimizer_steps_as_in_keras[{}-float64]"
LIMIT = "test_keras_parity.py::test_limits_and_weights_act_as_in_keras[{}-float64]"
RATES = "schedules/test_schedules.py::test_rates_are_those_of_keras[{}]"
NORMAL = "layers/test_normalization.py::test_normalization_has_right_gradients"
RECURRENT = "layers/test_sequences.py::test_recurrent_layers_pass_the_check[{}]"
DROPPED = "layers/test_recurrent_dropout.py::test_states_are_those_of_keras_cells_with_the_same_masks[{}-float64]"
ATTENTION = "layers/test_sequences.py::test_attention_passes_the_check"
PAIR = "layers/test_merging.py::test_pairs_are_what_they_say_and_have_right_gradients[{}]"
EVERY = "layers/test_every_layer.py::test_every_layer_has_right_gradients[{}]"
SPATIAL = "layers/test_spatial.py::test_{}"
