"""Tables of Keras' names: what they stand for here, and which settings must be as Keras itself leaves them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

LAYERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Dense": "dense",
        "Activation": "activation",
        "Dropout": "dropout",
        "SpatialDropout1D": "spatial_dropout1d",
        "SpatialDropout2D": "spatial_dropout2d",
        "GaussianNoise": "gaussian_noise",
        "GaussianDropout": "gaussian_dropout",
        "AlphaDropout": "alpha_dropout",
        "Identity": "identity",
        "ActivityRegularization": "activity_regularization",
        "Flatten": "flatten",
        "Reshape": "reshape",
        "Permute": "permute",
        "RepeatVector": "repeat_vector",
        "Cropping1D": "cropping1d",
        "Cropping2D": "cropping2d",
        "ZeroPadding1D": "zero_padding1d",
        "ZeroPadding2D": "zero_padding2d",
        "UpSampling1D": "up_sampling1d",
        "UpSampling2D": "up_sampling2d",
        "Masking": "masking",
        "Average": "average",
        "Maximum": "maximum",
        "Minimum": "minimum",
        "Subtract": "subtract",
        "Dot": "dot",
        "Conv1D": "conv1d",
        "Conv2D": "conv2d",
        "Conv1DTranspose": "conv1d_transpose",
        "Conv2DTranspose": "conv2d_transpose",
        "DepthwiseConv1D": "depthwise_conv1d",
        "DepthwiseConv2D": "depthwise_conv2d",
        "SeparableConv1D": "separable_conv1d",
        "SeparableConv2D": "separable_conv2d",
        "MaxPooling1D": "max_pooling1d",
        "MaxPooling2D": "max_pooling2d",
        "AveragePooling1D": "average_pooling1d",
        "AveragePooling2D": "average_pooling2d",
        "AdaptiveAveragePooling1D": "adaptive_average_pooling1d",
        "AdaptiveAveragePooling2D": "adaptive_average_pooling2d",
        "AdaptiveMaxPooling1D": "adaptive_max_pooling1d",
        "AdaptiveMaxPooling2D": "adaptive_max_pooling2d",
        "GlobalMaxPooling1D": "global_max_pooling1d",
        "GlobalMaxPooling2D": "global_max_pooling2d",
        "GlobalAveragePooling1D": "global_average_pooling1d",
        "GlobalAveragePooling2D": "global_average_pooling2d",
        "BatchNormalization": "batch_normalization",
        "Rescaling": "rescaling",
        "Normalization": "normalization",
        "LayerNormalization": "layer_normalization",
        "GroupNormalization": "group_normalization",
        "RMSNormalization": "rms_normalization",
        "UnitNormalization": "unit_normalization",
        "PReLU": "prelu",
        "SimpleRNN": "simple_rnn",
        "LSTM": "lstm",
        "GRU": "gru",
        "Embedding": "embedding",
        "MultiHeadAttention": "multi_head_attention",
        "Add": "add",
        "Multiply": "multiply",
        "Concatenate": "concatenate",
    }
)
FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"ReLU": "relu", "Relu": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax"}
)
"""Keras layers that are an activation with parameters, and the operation `Relu`."""

CODE: Final = frozenset({"Lambda", "TFOpLambda", "SlicingOpLambda", "function"})
"""Classes that stand for code of the model's author."""

RENAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kernel_initializer": "initializer",
        "embeddings_initializer": "initializer",
        "alpha_initializer": "initializer",
        "dilation_rate": "dilation",
    }
)
_OF_CHANNELS: Final = MappingProxyType(
    {
        "depthwise_initializer": "initializer",
        "depthwise_regularizer": "kernel_regularizer",
        "depthwise_constraint": "kernel_constraint",
    }
)
RENAMED_IN: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "activation": {"activation": "function"},
        "depthwise_conv1d": _OF_CHANNELS,
        "depthwise_conv2d": _OF_CHANNELS,
        "leaky_relu": {"alpha": "negative_slope"},
    }
)
AT_RANDOM: Final = frozenset(
    {"dropout", "spatial_dropout1d", "spatial_dropout2d", "gaussian_noise", "gaussian_dropout"}
    | {"alpha_dropout", "batch_normalization"}
    | {"multi_head_attention"}
)
"""Kinds of layers that do something else while training."""

IDLE: Final = frozenset(
    {"trainable", "dtype", "batch_shape", "batch_input_shape", "implementation", "unroll", "input_length", "sparse"}
    | {"ragged", "optional", "name", "registered_name", "renorm_momentum", "input_axes", "output_axes", "fused"}
    | {"lora_alpha"}
)
"""Says nothing about what the network computes; what it says about how is decided here by the job."""

AXIS: Final = (-1, [-1], None)
NEUTRAL: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "noise_shape": (None,),
        "data_format": ("channels_last", None),
        "invert": (False,),
        "axis": AXIS,
        "recurrent_activation": ("sigmoid",),
        "return_state": (False,),
        "stateful": (False,),
        "reset_after": (True,),
        "time_major": (False,),
        "shared_axes": (None,),
        "renorm": (False,),
        "renorm_clipping": (None,),
        "virtual_batch_size": (None,),
        "synchronized": (False,),
        "rms_scaling": (False,),
        "quantization_config": (None,),
        "lora_rank": (None,),
        "use_gate": (False,),
        "output_shape": (None,),
        "attention_axes": (None, [1]),
        "sliding_window": (None,),
        "flash_attention": (None, False),
        "max_value": (None,),
        "threshold": (0, None),
    }
)
"""What these must be; anything else changes the network in a way that is not supported."""

NEUTRAL_IN: Final[Mapping[str, Mapping[str, tuple[Any, ...]]]] = MappingProxyType(
    {
        "relu": {"negative_slope": (0, None)},
        "lstm": {"activation": ("tanh",)},
        "gru": {"activation": ("tanh",)},
    }
)
INSTEAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "regularizer": "Every layer can have one for what it learns; `training.l1` and `training.l2` hold for all.",
        "constraint": "Every layer can have one for what it learns; `training.max_norm` holds for all kernels.",
        "data_format": "Rows are (height, width, channels).",
        "reset_after": "Use Keras' own default, which its fast kernels use as well.",
    }
)
NOT_NEAR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "EinsumDense": "`Dense` works along the last axis alone.",
        "Attention": "`MultiHeadAttention` has kernels of its own for queries, keys and values, which this has not.",
        "AdditiveAttention": "`MultiHeadAttention` multiplies queries and keys, where this adds them.",
        "RandomFlip": "Leave it out, and say `flip_horizontal` or `flip_vertical` in `training.augmentation`.",
        "RandomTranslation": "Leave it out, and say `shift` in `training.augmentation`.",
    }
)
"""What must be known of classes that are not here, and for which nothing stands in."""
EARLIER: Final[Mapping[str, str]] = MappingProxyType(
    {"ThresholdedReLU": "ReLU", "CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}
)
"""Classes of Keras 2 that are another one since, with the same settings."""
