"""The table of layers."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.layers.activation import Activation
from neural.layers.activity_regularization import ActivityRegularization
from neural.layers.adaptive_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
)
from neural.layers.add import Add
from neural.layers.alpha_dropout import AlphaDropout
from neural.layers.average import Average
from neural.layers.batch_normalization import BatchNormalization
from neural.layers.concatenate import Concatenate
from neural.layers.conv1d import Conv1D
from neural.layers.conv2d import Conv2D
from neural.layers.conv_transpose import Conv1DTranspose, Conv2DTranspose
from neural.layers.cropping import Cropping1D, Cropping2D
from neural.layers.dense import Dense
from neural.layers.depthwise_conv1d import DepthwiseConv1D
from neural.layers.depthwise_conv2d import DepthwiseConv2D
from neural.layers.dot import Dot
from neural.layers.dropout import Dropout
from neural.layers.embedding import Embedding
from neural.layers.flatten import Flatten, Reshape
from neural.layers.gaussian_dropout import GaussianDropout
from neural.layers.gaussian_noise import GaussianNoise
from neural.layers.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
)
from neural.layers.group_normalization import GroupNormalization
from neural.layers.gru import GRU
from neural.layers.identity import Identity
from neural.layers.lstm import LSTM
from neural.layers.masking import Masking
from neural.layers.maximum import Maximum, Minimum
from neural.layers.multi_head_attention import MultiHeadAttention
from neural.layers.multiply import Multiply
from neural.layers.normalization import LayerNormalization
from neural.layers.permute import Permute
from neural.layers.pooling import AveragePooling1D, AveragePooling2D, MaxPooling1D, MaxPooling2D
from neural.layers.positional_embedding import PositionalEmbedding
from neural.layers.prelu import PReLU
from neural.layers.repeat_vector import RepeatVector
from neural.layers.rescaling import Normalization, Rescaling
from neural.layers.rms_normalization import RMSNormalization
from neural.layers.separable_conv1d import SeparableConv1D
from neural.layers.separable_conv2d import SeparableConv2D
from neural.layers.shared.base import Layer
from neural.layers.simple_rnn import SimpleRNN
from neural.layers.slice import Slice
from neural.layers.spatial_dropout import SpatialDropout1D, SpatialDropout2D
from neural.layers.subtract import Subtract
from neural.layers.unit_normalization import UnitNormalization
from neural.layers.up_sampling import UpSampling1D, UpSampling2D
from neural.layers.zero_padding import ZeroPadding1D, ZeroPadding2D

_ALL: tuple[type[Layer], ...] = (
    Dense, Activation, Identity, ActivityRegularization, Dropout, SpatialDropout1D, SpatialDropout2D, GaussianDropout,
    AlphaDropout, GaussianNoise, Flatten, Reshape, Permute,
    RepeatVector, Slice, Cropping1D, Cropping2D, ZeroPadding1D, ZeroPadding2D, UpSampling1D, UpSampling2D, Masking,
    Add, Subtract, Multiply, Average, Maximum, Minimum, Dot, Concatenate,
    Conv1D, Conv2D, DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D, Conv1DTranspose,
    Conv2DTranspose, MaxPooling1D, MaxPooling2D, AveragePooling1D, AveragePooling2D,
    AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveMaxPooling1D, AdaptiveMaxPooling2D,
    GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalAveragePooling1D, GlobalAveragePooling2D, BatchNormalization,
    LayerNormalization, GroupNormalization, RMSNormalization, UnitNormalization, Normalization, Rescaling, PReLU,
    SimpleRNN, LSTM, GRU, Embedding, PositionalEmbedding, MultiHeadAttention,
)  # fmt: skip
LAYERS: Mapping[str, type[Layer]] = MappingProxyType({layer.key: layer for layer in _ALL})

__all__ = [
    "GRU",
    "LAYERS",
    "LSTM",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "Add",
    "AlphaDropout",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Identity",
    "Layer",
    "LayerNormalization",
    "Masking",
    "MaxPooling1D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "PositionalEmbedding",
    "RMSNormalization",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "SeparableConv1D",
    "SeparableConv2D",
    "SimpleRNN",
    "Slice",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "Subtract",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
]
