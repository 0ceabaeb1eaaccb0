"""How a kernel starts, so that what its layer gives has the right spread."""

from specs.values import Component

LIKE_RELU = frozenset({"relu", "leaky_relu", "elu", "gelu", "softplus"})


def initializer_for(activation: str) -> Component:
    """Return the initializer that fits an activation: He et al. 2015 for those like relu, else Glorot & Bengio 2010."""
    return Component(name="he_normal" if activation in LIKE_RELU else "glorot_uniform")
