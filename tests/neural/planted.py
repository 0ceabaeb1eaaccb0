"""Faults that people make in this mathematics: each, planted in a copy of the code, has a test that must notice it."""

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


ENDS = "test_gradients.py::test_every_activation_may_end_a_network[{}-mean_squared_error]"
PAIRS = "test_gradients.py::test_every_layer_activation_and_loss_passes_the_check[tanh-{}]"
KERAS = "test_keras_layers.py::test_every_layer_learns_as_in_keras[float64-{}]"
LOSS = "test_keras_parity.py::test_every_loss_pulls_as_in_keras[float64-{}]"
STEP = "test_keras_parity.py::test_every_optimizer_steps_as_in_keras[float64-{}]"
LIMIT = "test_keras_parity.py::test_limits_and_weights_act_as_in_keras[float64-{}]"
RATES = "test_schedules.py::test_rates_are_those_of_keras[{}]"
NORMAL = "test_normalization.py::test_normalization_has_right_gradients"
RECURRENT = "test_sequences.py::test_recurrent_layers_pass_the_check[{}]"
ATTENTION = "test_sequences.py::test_attention_passes_the_check"
SPATIAL = "test_spatial.py::test_{}"

FAULTS = (
    # activations
    Fault("tanh: the sign of its slope", "activations/tanh.py", "partial(np.subtract, dy, slope, dy)",
          "partial(np.add, dy, slope, dy)", ENDS.format("tanh"), is_quick=True),
    Fault("sigmoid: y² for y - y²", "activations/sigmoid.py", "partial(np.subtract, y, slope, slope),",
          "", ENDS.format("sigmoid")),
    Fault("gelu: no z·φ(z)", "activations/gelu.py", "partial(np.add, slope, bell, slope),", "",
          ENDS.format("gelu")),
    Fault("silu: the gate's slope forgotten", "activations/silu.py", "partial(np.add, slope, gate, slope),", "",
          ENDS.format("silu")),
    Fault("mish: the inner derivative forgotten", "activations/mish.py", "partial(np.multiply, slope, smooth, slope),",
          "", ENDS.format("mish")),
    Fault("softsign: the slope not squared", "activations/softsign.py", "partial(np.multiply, slope, slope, slope),",
          "", ENDS.format("softsign")),
    Fault("softplus: sign", "activations/softplus.py", "partial(np.negative, dy, dy),", "", ENDS.format("softplus")),
    Fault("elu: its scale on the way back", "activations/elu.py", "partial(np.add, below, alpha, below)]",
          "partial(np.add, below, scalar(1.0, z.dtype), below)]",
          "test_gradients.py::test_parameters_of_activations_reach_the_way_back[0.5-elu]"),
    Fault("hard sigmoid: a fifth for a sixth", "activations/hard_sigmoid.py",
          "partial(np.multiply, z, scalar(1 / 6, z.dtype), y),", "partial(np.multiply, z, scalar(0.2, z.dtype), y),",
          ENDS.format("hard_sigmoid")),
    Fault("softmax: a diagonal Jacobian", "activations/softmax.py", "partial(np.subtract, dy, spread, dy),", "",
          ENDS.format("softmax")),
    Fault("log-softmax: the sum's share forgotten", "activations/log_softmax.py",
          "partial(np.subtract, dy, powers, dy),", "", ENDS.format("log_softmax")),
    # losses
    Fault("squared error: no factor 2", "losses/mean_squared_error.py", "scalar(2 / logits.size, logits.dtype)",
          "scalar(1 / logits.size, logits.dtype)", PAIRS.format("mean_squared_error")),
    Fault("huber: no upper limit", "losses/huber.py",
          "partial(np.minimum, dlogits, scalar(self.delta, dtype), out=dlogits),", "", PAIRS.format("huber")),
    Fault("binary cross-entropy: no factor ½", "losses/binary_crossentropy.py", "scalar(0.5 / logits.size, dtype)",
          "scalar(1 / logits.size, dtype)", PAIRS.format("binary_crossentropy")),
    Fault("cross-entropy: softmax without the target", "losses/categorical_crossentropy.py",
          "partial(np.subtract, dlogits, pull, dlogits),", "", PAIRS.format("categorical_crossentropy")),
    Fault("label smoothing: towards 0 instead of the middle", "losses/binary_crossentropy.py",
          "targets * (1 - share) + share / 2", "targets * (1 - share)", LOSS.format("binary_crossentropy smoothed")),
    Fault("squared hinge: no factor 2", "losses/hinge.py", "scalar(-2 / logits.size, logits.dtype)",
          "scalar(-1 / logits.size, logits.dtype)", PAIRS.format("squared_hinge")),
    Fault("focal loss: exponent off by one", "losses/focal.py", "scalar(self.gamma - 1, dtype)",
          "scalar(self.gamma, dtype)", PAIRS.format("categorical_focal_crossentropy")),
    # dense, dropout, embedding
    Fault("dense: the kernel's gradient before the activation's", "layers/dense.py",
          "[*function.backward(z, y, dy, scratch), partial(x.dot, dy.T, dW)]",
          "[partial(x.dot, dy.T, dW), *function.backward(z, y, dy, scratch)]", PAIRS.format("mean_squared_error")),
    Fault("dense: the kernel not transposed back", "layers/dense.py", "partial(W[:inputs].dot, dy,",
          "partial(W[:inputs].T.reshape(W[:inputs].shape).dot, dy,", PAIRS.format("mean_squared_error")),
    Fault("bias: its row of ones forgotten", "layouts.py", "array.fill(1)", "array.fill(0)",
          KERAS.format("dense over time")),
    Fault("dropout: what is kept is not scaled", "layers/dropout.py", "partial(np.divide, mask, keep, mask),", "",
          "test_dropout.py::test_what_is_kept_is_scaled_so_that_the_mean_stays[0.1]", is_quick=True),
    Fault("embedding: the wrong id is padding", "layers/embedding.py", "partial(np.not_equal, ids, 0, is_true)",
          "partial(np.not_equal, ids, 1, is_true)", "test_sequences.py::test_attention_does_not_see_padding"),
    Fault("optimizers: denormal numbers stay", "session.py", "self.optimizer_state.drop_denormals()", "pass",
          "test_training.py::test_means_of_units_that_rest_leave_no_denormal_numbers", is_quick=True),
    # convolutions and pooling
    Fault("same padding: the odd one at the start", "layers/windows.py", "return missing // 2, missing - missing // 2",
          "return missing - missing // 2, missing // 2", KERAS.format("conv2d same")),
    Fault("causal padding: off by one", "layers/windows.py", "return self.span[axis] - 1, 0",
          "return self.span[axis], 0", KERAS.format("conv1d causal dilation")),
    Fault("dilation of rows forgotten", "layers/windows.py", "row * self.dilation[0],", "row,",
          KERAS.format("conv2d dilation")),
    Fault("convolution: only the last block's gradient", "layers/convolution.py",
          "[partial(np.add, dW, partial_dW, dW)] if number else []", "[]",
          SPATIAL.format("convolutions_of_images_have_right_gradients")),
    Fault("convolution: errors of the step before stay", "layers/convolution.py",
          "self.start = [partial(whole.fill, 0)]",
          "self.start = []", "test_every_layer.py::test_a_step_keeps_nothing_of_the_one_before[conv2d]"),
    Fault("depthwise: bias gradient of one column", "layers/depthwise_conv2d.py",
          "partial(np.add.reduce, dy, 1, None, dbias)", "partial(np.copyto, dbias, dy[:, 0])",
          SPATIAL.format("convolutions_within_channels_have_right_gradients")),
    Fault("separable: the mixture not transposed back", "layers/separable_conv2d.py",
          "partial(P[:between].dot, dy, dh)", "partial(P[:between].T.reshape(P[:between].shape).dot, dy, dh)",
          SPATIAL.format("convolutions_within_channels_have_right_gradients")),
    Fault("max pooling: every tie gets the error", "layers/pooling.py", "partial(np.subtract, is_open, hit, is_open),",
          "", SPATIAL.format("a_tie_of_maxima_gives_the_error_once"), is_quick=True),
    Fault("average pooling: divided by the height alone", "layers/pooling.py", "scalar(1 / math.prod(windows.size),",
          "scalar(1 / windows.size[0],", KERAS.format("average_pooling2d")),
    Fault("global average: the error not divided", "layers/global_pooling.py",
          "partial(np.multiply, place.dy[:, None], share, dx)", "partial(np.copyto, dx, place.dy[:, None])",
          SPATIAL.format("global_pooling_of_images_has_right_gradients[GlobalAveragePooling2D]"), is_quick=True),
    # normalization
    Fault("batch norm: no mean of the error", "layers/normalization.py",
          "partial(np.subtract, dy, error[:, None], dx),", "partial(np.copyto, dx, dy),", NORMAL),
    Fault("layer norm: no mean of the error", "layers/normalization.py", "partial(np.subtract, dy, mean, dx),",
          "partial(np.copyto, dx, dy),", NORMAL),
    Fault("layer norm: no term along the value", "layers/normalization.py",
          "partial(np.multiply, normal, along, squares),", "partial(squares.fill, 0),", NORMAL),
    Fault("batch norm: momentum of the other side", "layers/normalization.py",
          "scalar(1 - self.momentum, moving.dtype)",
          "scalar(self.momentum, moving.dtype)", KERAS.format("BatchNormalization of vectors")),
    # recurrent layers
    Fault("lstm: input and forget gates swapped", "layers/lstm.py", "        i, f, g, o, c = self._kept[step]\n",
          "        f, i, g, o, c = self._kept[step]\n", KERAS.format("lstm")),
    Fault("lstm: the cell's error through the input gate", "layers/lstm.py",
          "partial(np.multiply, dc, self._kept[step, 1], dc),", "partial(np.multiply, dc, self._kept[step, 0], dc),",
          RECURRENT.format("lstm")),
    Fault("lstm: the wrong gate remembers at first", "layers/lstm.py", "biases[shape[0] // 4 : shape[0] // 2] = 1",
          "biases[: shape[0] // 4] = 1", "test_sequences.py::test_forget_gates_start_at_one"),
    Fault("lstm: padding changes the cell", "layers/lstm.py",
          "calls if skip is None else [*calls, partial(np.copyto, following, c, where=skip)]", "calls",
          RECURRENT.format("lstm")),
    Fault("gru: the reset gate's slope", "layers/gru.py", "partial(np.multiply, dg, r, dfrom_h),",
          "partial(np.multiply, dg, z, dfrom_h),", RECURRENT.format("gru")),
    Fault("gru: the state's direct error forgotten", "layers/gru.py", "partial(np.multiply, dh, z, self.direct)]",
          "partial(self.direct.fill, 0)]", RECURRENT.format("gru")),
    # attention
    Fault("attention: divided by key_dim, not by its root", "layers/multi_head_attention.py",
          "scalar(1 / math.sqrt(layer.key_dim), scores.dtype)", "scalar(1 / layer.key_dim, scores.dtype)",
          KERAS.format("attention")),
    Fault("attention: the softmax's sum added", "layers/multi_head_attention.py",
          "partial(np.subtract, dscores, total, dscores),", "partial(np.add, dscores, total, dscores),", ATTENTION),
    Fault("attention: a step sees the next", "layers/multi_head_attention.py", "BLOCKED, scores.dtype), -1)",
          "BLOCKED, scores.dtype), -2)", "test_sequences.py::test_causal_attention_does_not_see_the_future"),
    Fault("attention: padding is seen", "layers/multi_head_attention.py", "partial(np.add, scores, blocked, scores),",
          "", "test_sequences.py::test_attention_does_not_see_padding"),
    Fault("attention: dropout forgotten on the way back", "layers/multi_head_attention.py",
          "[] if dropped is None else [partial(np.multiply, dscores, self._kept, dscores)]", "[]", ATTENTION),
    # optimizers and what stands before and after them
    Fault("adam: no bias correction", "optimizers/adam.py",
          "math.sqrt(1 - self.beta_2**state.step) / (1 - self.beta_1**state.step)", "1.0", STEP.format("adam")),
    Fault("rmsprop: the mean's square added", "optimizers/rmsprop.py", "partial(np.subtract, v, t, t),",
          "partial(np.add, v, t, t),",
          "test_optimizers.py::test_centered_rmsprop_divides_by_the_root_of_the_variance", is_quick=True),
    Fault("nesterov: no look ahead", "optimizers/sgd.py", "partial(np.multiply, v, momentum, t),",
          "partial(np.copyto, t, v),", "test_optimizers.py::test_nesterov_looks_ahead", is_quick=True),
    Fault("nadam: this step's momentum for the next one's", "optimizers/nadam.py",
          "product.mu(t + 1), product.until(t)",
          "product.mu(t), product.until(t)", STEP.format("nadam")),
    Fault("adamax: no absolute value", "optimizers/adamax.py", "partial(np.abs, g, t),", "partial(np.copyto, t, g),",
          STEP.format("adamax")),
    Fault("l2: no factor 2", "penalties.py", "scalar(2 * plan.l2, parameters.dtype)",
          "scalar(plan.l2, parameters.dtype)", LIMIT.format("l1 and l2")),
    Fault("l2 dropped", "penalties.py", "[partial(np.multiply, w, l2, t), partial(np.add, g, t, g)]", "[]",
          LIMIT.format("l1 and l2")),
    Fault("clipping: the square of the norm", "penalties.py", "partial(np.sqrt, norm, norm),", "",
          LIMIT.format("clip_norm")),
    Fault("max-norm: rows for columns", "constraints.py", "reshape(-1, kernel.shape[-1])",
          "reshape(kernel.shape[-1], -1)", LIMIT.format("max_norm")),
    Fault("accumulation: divided by batches, not by rows", "accumulation.py", "1 / int(self._counts[1])",
          "1 / int(self._counts[0])", "test_update.py::test_gathered_batches_are_one_step", is_quick=True),
    Fault("row weights forgotten", "stage.py",
          "calls.append(partial(np.multiply, bound.dlogits, self._weights[slot], bound.dlogits))", "pass",
          "test_examples.py::test_a_row_of_weight_two_counts_as_two_rows", is_quick=True),
    Fault("schedule: a step late", "pace.py", "self._schedule.rate(self._base, self._next, self._steps)",
          "self._schedule.rate(self._base, max(0, self._next - 1), self._steps)",
          "test_keras_parity.py::test_every_schedule_leads_to_the_weights_of_keras[float64-exponential]"),
    Fault("plateau: an epoch too patient", "schedules/plateau.py", 'seen["waited"] >= rule.patience',
          'seen["waited"] > rule.patience',
          "test_keras_parity.py::test_every_schedule_leads_to_the_weights_of_keras[float64-reduce_on_plateau]"),
    Fault("early stopping: an epoch too patient", "early_stopping.py",
          "epochs_without_improvement >= max(1, self.patience)", "epochs_without_improvement > max(1, self.patience)",
          "test_training.py::test_early_stopping_follows_the_rules_of_keras[patience]"),
    Fault("initializer: fans swapped", "initializers/variance_scaling.py", '{"fan_in": inputs, "fan_out": outputs,',
          '{"fan_in": outputs, "fan_out": inputs,', "test_initializers.py::test_mean_and_variance_are_right[he_normal]",
          is_quick=True),
    Fault("initializer: the cut's loss of variance", "initializers/variance_scaling.py", "(deviation / CUT_DEVIATION)",
          "deviation", "test_initializers.py::test_mean_and_variance_are_right[lecun_normal]", is_quick=True),
    Fault("initializer: orthogonal without signs", "initializers/matrices.py", "Q *= np.sign(np.diag(R)) * self.gain",
          "Q *= self.gain", "test_initializers.py::test_orthogonal_kernels_point_everywhere", is_quick=True),
    Fault("auc: ties count as won", "metrics/ranking.py", '= ("left", "right")', '= ("right", "right")',
          "test_metrics.py::test_yes_and_no_are_measured_as_in_scikit_learn"),
    Fault("average of weights: the first one counts as zero", "averaging.py",
          "momentum = self.momentum if count[0] else 0.0", "momentum = self.momentum",
          "test_update.py::test_the_exponential_average_is_what_its_formula_says", is_quick=True),
)  # fmt: skip
