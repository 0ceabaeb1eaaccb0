"""Other tools' words for our components: those that mean the same, and those that would be guessed at."""

from collections.abc import Mapping

from neural.vocabulary import Kind

CHOICES: Mapping[Kind, Mapping[str, str]] = {
    "activation": {
        "logistic": "sigmoid",
        "none": "linear",
        "leakyrelu": "leaky_relu",
        "lrelu": "leaky_relu",
        "hyperbolic_tangent": "tanh",
        "rectifier": "relu",
    },
    "initializer": {
        "xavier_uniform": "glorot_uniform",
        "xavier_normal": "glorot_normal",
        "kaiming_uniform": "he_uniform",
        "kaiming_normal": "he_normal",
    },
    "regularizer": {"ridge": "l2", "lasso": "l1", "l1l2": "l1_l2"},
    "constraint": {"maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm", "minmaxnorm": "min_max_norm"},
    "layer": {"linear": "dense", "fully_connected": "dense", "fc": "dense"},
    "loss": {
        "squared_error": "mean_squared_error",
        "absolute_error": "mean_absolute_error",
        "binary_cross_entropy": "binary_crossentropy",
        "log_loss": "binary_crossentropy",
        "categorical_cross_entropy": "categorical_crossentropy",
        "cross_entropy": "categorical_crossentropy",
        "huber_loss": "huber",
    },
    "optimizer": {"adam_w": "adamw", "rms_prop": "rmsprop"},
    "metric": {
        "acc": "accuracy",
        "mean_absolute_error": "mae",
        "root_mean_squared_error": "rmse",
        "roc_auc": "auc",
        "mean_squared_error": "mse",
        "mean_absolute_percentage_error": "mape",
        "f1_score": "f1",
        "f1_macro": "f1",
        "average_precision": "pr_auc",
        "auprc": "pr_auc",
        "logloss": "log_loss",
        "top_k_categorical_accuracy": "top_5_accuracy",
        "sparse_top_k_categorical_accuracy": "top_5_accuracy",
        "r2_score": "r2",
        "r_squared": "r2",
    },
}
"""Names with the same meaning, accepted with a warning."""

PARAMETERS: Mapping[tuple[Kind, str], tuple[str, ...]] = {
    ("layer", "units"): ("neurons", "size", "out_features"),
    ("layer", "initializer"): ("init", "kernel_initializer"),
    ("layer", "use_bias"): ("bias",),
    ("layer", "rate"): ("p", "dropout"),
    ("layer", "function"): ("activation",),
    ("activation", "negative_slope"): ("alpha", "slope"),
    ("optimizer", "learning_rate"): ("lr",),
    ("optimizer", "beta_1"): ("beta1",),
    ("optimizer", "beta_2"): ("beta2",),
    ("optimizer", "epsilon"): ("eps",),
}
"""Other names of parameters with the same meaning, accepted with a warning."""

_MOMENTUM = "adam has no momentum of its own; what comes nearest is `beta_1`. sgd and rmsprop have `momentum`."
_DECAY = "`adamw` takes `weight_decay` apart from the gradient; `training.l2` is a penalty in the loss. Choose one."
_L1 = 'say `"kernel_regularizer": {"name": "l1", "l1": 0.01}` for this layer, `training.l1` for all kernels.'
_L2 = 'say `"kernel_regularizer": {"name": "l2", "l2": 0.01}` for this layer, `training.l2` for all kernels.'

REFUSED: Mapping[tuple[Kind, str], Mapping[str, str]] = {
    ("optimizer", "adam"): {
        "momentum": _MOMENTUM,
        "weight_decay": _DECAY,
        "decay": _DECAY,
        "alpha": "it is the learning rate in the paper and a penalty elsewhere; use `training.learning_rate`.",
        "betas": "write `beta_1` and `beta_2`.",
    },
    ("optimizer", "adamw"): {"momentum": _MOMENTUM, "betas": "write `beta_1` and `beta_2`."},
    ("optimizer", "sgd"): {
        "weight_decay": _DECAY,
        "decay": "older tools lower the learning rate with it, others the weights.",
    },
    ("layer", "dense"): {
        "l1": _L1,
        "l2": _L2,
        "dropout": 'write a layer of its own: {"type": "dropout", "rate": 0.1}.',
        "input_shape": "the number of inputs follows from the columns of the dataset.",
        "input_dim": "the number of inputs follows from the columns of the dataset.",
        "in_features": "the number of inputs follows from the columns of the dataset.",
    },
}
"""Parameters whose meaning would have to be guessed, with what to write instead."""

LATER: Mapping[Kind, Mapping[str, str]] = {
    "layer": {
        "batch_norm": "batch normalisation",
        "batch_normalization": "batch normalisation",
        "layer_norm": "layer normalisation",
        "conv2d": "convolution",
        "conv1d": "convolution",
        "flatten": "layers for images",
        "max_pooling2d": "layers for images",
        "embedding": "embeddings",
        "lstm": "recurrent layers",
        "gru": "recurrent layers",
    },
    "optimizer": {
        "lbfgs": "scikit-learn's solver: no gradient steps on batches, but line searches over all rows",
        "nadam": "Adam with Nesterov momentum",
        "adagrad": "Adagrad",
        "lion": "Lion",
    },
    "loss": {"focal": "focal loss", "log_cosh": "log-cosh loss", "hinge": "hinge loss"},
    "activation": {
        "swish": "swish, also called SiLU",
        "silu": "swish, also called SiLU",
        "selu": "SELU",
        "mish": "Mish",
        "glu": "the gated linear unit, whose output is half as wide",
        "sparsemax": "the sparse softmax",
        "soft_shrink": "soft shrinkage",
        "hard_shrink": "hard shrinkage",
        "tanh_shrink": "z - tanh(z)",
        "sparse_sigmoid": "the sparse sigmoid",
    },
    "regularizer": {"orthogonal_regularizer": "rows or columns at right angles"},
    "metric": {
        "brier": "Brier score",
        "cohen_kappa": "Cohen's kappa",
        "matthews": "Matthews' correlation",
        "iou": "intersection over union",
        "msle": "mean squared logarithmic error",
    },
}
"""Components that are planned."""
