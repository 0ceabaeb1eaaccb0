"""Penalties and limits that a layer names for its own parameters and outputs, by Keras' names."""

from dataclasses import dataclass

from neural.constraints import Constraint, constrained
from neural.regularizers import Regularizer, regularized


@dataclass(frozen=True, kw_only=True)
class OfKernel:
    """What a layer with a kernel may ask of it."""

    kernel_regularizer: str | Regularizer = regularized("the kernel")
    kernel_constraint: str | Constraint = constrained("the kernel")


@dataclass(frozen=True, kw_only=True)
class OfBias:
    """What a layer with a bias may ask of it."""

    bias_regularizer: str | Regularizer = regularized("the bias")
    bias_constraint: str | Constraint = constrained("the bias")


@dataclass(frozen=True, kw_only=True)
class OfGammaAndBeta:
    """What a layer that normalises may ask of what it learns."""

    gamma_regularizer: str | Regularizer = regularized("γ")
    gamma_constraint: str | Constraint = constrained("γ")
    beta_regularizer: str | Regularizer = regularized("β")
    beta_constraint: str | Constraint = constrained("β")


@dataclass(frozen=True, kw_only=True)
class OfOutputs:
    """What a layer may ask of its outputs."""

    activity_regularizer: str | Regularizer = regularized("the outputs, a mean over the rows of a batch")


def names_of(parameter: str) -> tuple[str, str]:
    """Name the options that hold for a parameter: of `forward_recurrent_kernel` those that begin with `recurrent_`.

    Of `query_kernel` and `query_bias`, as attention has them, those of all kernels and of all biases.
    """
    if parameter.startswith(("query_", "key_", "value_", "output_")):
        parameter = parameter.partition("_")[2]
    stem = parameter.removeprefix("forward_").removeprefix("backward_").removesuffix("_kernel")
    return f"{stem}_regularizer", f"{stem}_constraint"
