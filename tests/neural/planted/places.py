"""Faults in masks, in layers at each step, and in outputs that are images or sequences."""

from tests.neural.planted.fault import EVERY, KERAS, Fault

VALUES = "network/test_masked_values.py::test_{}"
NORMAL = "layers/test_normalization.py::test_masked_steps_count_in_no_mean"
SLOPES = "network/test_masks.py::test_any_stack_has_right_gradients"
STEPS = "layers/test_time_distributed.py::test_{}"
IMAGES = "network/test_network.py::test_outputs_may_be_an_image[{}]"

FAULTS = (
    # masks
    Fault("masks: a step counts where it counts in all inputs", "network/masks.py",
          "partial(np.maximum, y_mask, mask, out=y_mask)", "partial(np.minimum, y_mask, mask, out=y_mask)",
          VALUES.format("a_step_counts_where_it_counts_in_any_text")),
    Fault("masks: a convolution hands them on", "layers/conv1d.py", "MaskUse.ENDS", "MaskUse.CARRIES",
          "network/test_masks.py::test_what_works_on_windows_or_shapes_ends_a_mask[conv1d]"),
    Fault("masks: pooling hands them on", "layers/pooling.py", "MaskUse.ENDS", "MaskUse.CARRIES",
          "network/test_masks.py::test_what_works_on_windows_or_shapes_ends_a_mask[max_pooling1d]"),
    Fault("masks: dense ends them", "layers/dense.py", "MaskUse.CARRIES", "MaskUse.ENDS",
          VALUES.format("the_mean_is_over_the_steps_that_count")),
    Fault("masks: the mean of all steps", "layers/global_pooling.py",
          "if buffers.mask is not None and self.mask_use is MaskUse.USES_AND_ENDS:", "if False:",
          VALUES.format("the_mean_is_over_the_steps_that_count")),
    Fault("masks: batch norm counts every step", "layers/batch_normalization.py",
          "partial(np.divide, self._mask, count, self._shares)", "partial(np.divide, 1, count, self._shares)", NORMAL),
    Fault("masks: errors of batch norm go to every step", "layers/batch_normalization.py",
          "partial(np.multiply, squares, self._shares, squares),", "", SLOPES),
    Fault("masks: states change at masked steps", "layers/shared/recurrence/binding.py",
          "calls.append(partial(np.copyto, tape.state(step + 1), tape.state(step), where=skip))", "pass",
          VALUES.format("a_masked_step_in_between_leaves_the_state[gru]")),
    Fault("masks: what is masked is a factor", "layers/multiply.py",
          "partial(np.multiply, x, self._mask, self.values),", "partial(np.copyto, self.values, x),",
          VALUES.format("merging_of_masked_values[multiply-]")),
    Fault("masks: extremes of masked steps", "layers/maximum.py",
          "forward += [partial(self.better, before, x, out=after), *absent.choose(after, before, x)]",
          "forward += [partial(self.better, before, x, out=after)]",
          VALUES.format("merging_of_masked_values[maximum-]")),
    Fault("masks: masked queries ask", "layers/multi_head_attention.py",
          "partial(np.logical_or, hidden, silent.T, hidden)", "partial(np.logical_or, hidden, hidden, hidden)",
          VALUES.format("a_masked_query_sees_the_mean_and_nobody_sees_a_masked_key")),
    # places
    Fault("padding: the error of the edge", "layers/zero_padding.py",
          "partial(np.copyto, buffers.dx, buffers.dy[part])",
          "partial(np.copyto, buffers.dx, buffers.dy[tuple(slice(n) for n in buffers.dx.shape)])",
          EVERY.format("zero_padding2d")),
    Fault("cropping: the error in another corner", "layers/cropping.py",
          "partial(np.copyto, buffers.dx[part], buffers.dy)",
          "partial(np.copyto, buffers.dx[tuple(slice(n) for n in buffers.dy.shape)], buffers.dy)",
          EVERY.format("cropping2d")),
    Fault("one-dimensional separable: the mixture first", "layers/separable_conv1d.py",
          "return (*kernels, *self.bias(self.filters))", "return (*kernels[::-1], *self.bias(self.filters))",
          KERAS.format("separable_conv1d depth_multiplier activation padding strides kernel_size")),
    Fault("one-dimensional depthwise: channels and multiplier swapped", "layers/depthwise_conv1d.py",
          "(self.kernel_size, input_shape[-1], self.depth_multiplier)",
          "(self.kernel_size, self.depth_multiplier, input_shape[-1])",
          KERAS.format("depthwise_conv1d depth_multiplier activation padding strides kernel_size")),
    Fault("attention: its penalties forgotten", "layers/shared/restraints.py",
          'parameter = parameter.partition("_")[2]', "pass", KERAS.format("attention restrained")),
    Fault("layers at each step: steps and rows mixed", "layers/shared/time_distributed.py",
          "np.moveaxis(values, 1, -2)", "np.moveaxis(values, 1, -1).reshape(np.moveaxis(values, 1, -2).shape)",
          STEPS.format("each_step_is_a_row_of_its_own[conv2d]")),
    Fault("layers at each step: no error of the input", "layers/shared/time_distributed.py",
          "partial(np.copyto, _rows(buffers.dx), _steps(dx, time))", "partial(buffers.dx.fill, 0)",
          STEPS.format("each_step_is_a_row_of_its_own[flatten]")),
    Fault("layers at each step: the mask ends", "layers/shared/time_distributed.py", "MaskUse.CARRIES", "MaskUse.ENDS",
          STEPS.format("the_mask_of_the_steps_goes_on")),
    Fault("images as outputs: targets in another order", "engine/layouts.py", "np.moveaxis(batches, 1, 1 + places)",
          "np.moveaxis(batches, 1, places)", IMAGES.format("linear")),
    Fault("images as outputs: the sigmoid applied twice", "network/logits.py", "if network.semantics > FIRST:",
          "if network.semantics < FIRST:", IMAGES.format("sigmoid")),
)  # fmt: skip
