"""Broken bodies, each with the code and place that it must be answered with, and the suggestion where there is one."""

from dataclasses import dataclass
from typing import Any

import pytest

from specs.pointers import apply_patch, tokens
from tests.specs.facts import DATASETS, body, faults_of

NONE = object()


@dataclass(frozen=True)
class Case:
    """A body made from a good one by a merge patch, and what must be said about it."""

    change: dict[str, Any]
    code: str
    pointer: str
    suggestion: object = NONE
    dataset: str = "iris"

    def __str__(self) -> str:
        """Name the case in the test's id."""
        return f"{self.code}@{self.pointer}={str(self.change)[:40]}"


def net(**fields: object) -> dict[str, Any]:
    """Change the network."""
    return {"network": fields}


def train(**fields: object) -> dict[str, Any]:
    """Change the training."""
    return {"training": fields}


def square(augmentation: object) -> dict[str, Any]:
    """Change images: iris' four numbers as two by two pixels."""
    network = {"layers": [{"type": "flatten"}, {"type": "dense", "units": "auto"}]}
    training = {"augmentation": augmentation}
    return {"features": {"reshape": [2, 2, 1]}, "network": network, "training": training}


def layers(*given: dict[str, object]) -> dict[str, Any]:
    """Write the network in the long form, with a good output layer at the end."""
    return {"network": {"layers": [*given, {"type": "dense", "units": "auto"}]}}


def sequential(name: str, **config: object) -> dict[str, Any]:
    """Write the network as Keras does, with a good output layer at the end."""
    end = {"class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}
    return net(keras={"class_name": "Sequential", "config": {"layers": [{"class_name": name, "config": config}, end]}})


FIRST = "/network/keras/config/layers/0"
UNKNOWN, TYPE, RANGE, CHOICE = "spec.unknown_field", "spec.wrong_type", "spec.out_of_range", "spec.unknown_choice"
CONFLICT, LATER, AMBIGUOUS = "spec.conflict", "spec.not_supported_yet", "spec.ambiguous_field"

CASES = [
    # names that are not fields
    Case({"targett": "species"}, UNKNOWN, "/targett", "target"),
    Case({"datset_id": "x", "dataset_id": None}, UNKNOWN, "/datset_id", "dataset_id"),
    Case({"netwrok": {}}, UNKNOWN, "/netwrok", "network"),
    Case({"colour": "red"}, UNKNOWN, "/colour", None),
    Case(net(hiden=[64, 32]), UNKNOWN, "/network/hiden", "hidden"),
    Case(net(Activation="relu"), UNKNOWN, "/network/Activation", "activation"),
    Case(train(learning_rat=0.1), UNKNOWN, "/training/learning_rat", "learning_rate"),
    Case(train(batchsize=32), UNKNOWN, "/training/batchsize", "batch_size"),
    Case(train(early_stoping=None, early_stop={}), UNKNOWN, "/training/early_stop", NONE),
    Case({"features": {"includes": ["sepal_width"]}}, UNKNOWN, "/features/includes", "include"),
    Case({"split": {"validation_shar": 0.1}}, UNKNOWN, "/split/validation_shar", "validation_share"),
    Case({"tracking": {"metric": ["f1"]}}, UNKNOWN, "/tracking/metric", "metrics"),
    Case(layers({"type": "dense", "units": 8, "unit": 3}), UNKNOWN, "/network/layers/0/unit", "units"),
    Case(train(optimizer={"name": "adam", "beta_3": 0.5}), UNKNOWN, "/training/optimizer/beta_3", NONE),
    Case(train(early_stopping={"patients": 3}), UNKNOWN, "/training/early_stopping/patients", "patience"),
    Case({"a/b~c": 1}, UNKNOWN, "/a~1b~0c", None),
    # fields in the wrong place
    Case({"epochs": 10}, UNKNOWN, "/epochs", None),
    Case({"lr": 0.1}, UNKNOWN, "/lr", None),
    Case(train(hidden=[8]), UNKNOWN, "/training/hidden", None),
    Case(net(epochs=10), UNKNOWN, "/network/epochs", None),
    # fields that are needed
    Case({"dataset_id": None}, "spec.missing_field", "/dataset_id"),
    Case(net(layers=[{"units": 3}]), "spec.missing_field", "/network/layers/0/type"),
    Case(layers({"type": "dense"}), "spec.missing_field", "/network/layers/0/units"),
    Case(layers({"type": "dropout"}), "spec.missing_field", "/network/layers/0/rate"),
    Case(layers({"type": "activation"}), "spec.missing_field", "/network/layers/0/function"),
    Case(train(optimizer={"beta_1": 0.9}), "spec.missing_field", "/training/optimizer/name"),
    Case(layers({"type": "dense", "units": "auto"}), "spec.missing_field", "/network/layers/0/units", 32),
    # values of the wrong type
    Case({"dataset_id": 7}, TYPE, "/dataset_id", None),
    Case({"target": 3}, TYPE, "/target", None),
    Case({"target": {}}, TYPE, "/target", None),
    Case({"network": []}, TYPE, "/network", None),
    Case({"network": "big"}, TYPE, "/network", None),
    Case({"training": 3}, TYPE, "/training", None),
    Case(train(batch_size="64"), TYPE, "/training/batch_size", 64),
    Case(train(batch_size="many"), TYPE, "/training/batch_size", None),
    Case(train(epochs=True), TYPE, "/training/epochs", None),
    Case(train(epochs=1.5), TYPE, "/training/epochs", 2),
    Case(train(epochs=[100]), TYPE, "/training/epochs", 100),
    Case(train(learning_rate="0.01"), TYPE, "/training/learning_rate", 0.01),
    Case(train(learning_rate=False), TYPE, "/training/learning_rate", None),
    Case(train(gradient_check="yes"), TYPE, "/training/gradient_check", True),
    Case(train(gradient_check=1), TYPE, "/training/gradient_check", True),
    Case(train(optimizer=3), TYPE, "/training/optimizer", None),
    Case(train(loss=[]), TYPE, "/training/loss", None),
    Case(train(class_weight=True), TYPE, "/training/class_weight", "balanced"),
    Case(train(class_weight=[1, 2]), TYPE, "/training/class_weight", None),
    Case(train(class_weight={"setosa": "2"}), TYPE, "/training/class_weight/setosa", 2),
    Case(train(early_stopping=10), TYPE, "/training/early_stopping", None),
    Case(net(hidden=64), TYPE, "/network/hidden", [64]),
    Case(net(hidden="64"), TYPE, "/network/hidden", None),
    Case(net(hidden=[64, "32"]), TYPE, "/network/hidden/1", 32),
    Case(net(hidden=[64, None]), TYPE, "/network/hidden/1", None),
    Case(net(layers=["dense"]), TYPE, "/network/layers/0", None),
    Case(layers({"type": "dense", "units": 8, "use_bias": "no"}), TYPE, "/network/layers/0/use_bias", False),
    Case({"features": {"include": "sepal_width"}}, TYPE, "/features/include", ["sepal_width"]),
    Case({"tags": "iris"}, TYPE, "/tags", ["iris"]),
    Case({"tags": [1]}, TYPE, "/tags/0", "1"),
    Case({"metadata": []}, TYPE, "/metadata", None),
    Case({"name": 5}, TYPE, "/name", "5"),
    Case({"priority": "high"}, TYPE, "/priority", None),
    # values out of range
    Case(train(epochs=0), RANGE, "/training/epochs", 100),
    Case(train(epochs=-1), RANGE, "/training/epochs", 100),
    Case(train(epochs=10**9), RANGE, "/training/epochs", 1_000_000),
    Case(train(epochs=2**63), RANGE, "/training/epochs", 1_000_000),
    Case(train(epochs=10**400), RANGE, "/training/epochs", 1_000_000),
    Case(train(epochs=float("inf")), RANGE, "/training/epochs", 100),
    Case(train(learning_rate=0), RANGE, "/training/learning_rate", 0.001),
    Case(train(learning_rate=-0.1), RANGE, "/training/learning_rate", 0.001),
    Case(train(learning_rate=float("nan")), RANGE, "/training/learning_rate", 0.001),
    Case(train(learning_rate=10**400), RANGE, "/training/learning_rate", 0.001),
    Case(train(seed=-1), RANGE, "/training/seed", 0),
    Case(train(seed=2**63), RANGE, "/training/seed", 2**53 - 1),
    Case(train(batch_size=1_000_001), RANGE, "/training/batch_size", 1_000_000),
    Case(train(l2=-1), RANGE, "/training/l2", 0.0001),
    Case(train(clip_norm=0), RANGE, "/training/clip_norm", 1.0),
    Case(train(max_time_s=0), RANGE, "/training/max_time_s", 3600.0),
    Case(train(optimizer={"name": "adam", "beta_1": 1}), RANGE, "/training/optimizer/beta_1", 0.9),
    Case(train(early_stopping={"patience": -1}), RANGE, "/training/early_stopping/patience", 10),
    Case(train(class_weight={"setosa": 0, "versicolor": 0, "virginica": 0}), RANGE, "/training/class_weight"),
    Case({"split": {"validation_share": 20}}, RANGE, "/split/validation_share", 0.2),
    Case({"split": {"validation_share": 1.5}}, RANGE, "/split/validation_share", 0.2),
    Case({"split": {"validation_share": -0.1}}, RANGE, "/split/validation_share", 0.2),
    Case({"split": {"validation_share": 1}}, RANGE, "/split/validation_share", 0.2),
    Case(net(dropout=1), RANGE, "/network/dropout", 0.1),
    Case(net(dropout=50), RANGE, "/network/dropout", 0.5),
    Case(net(hidden=[0]), RANGE, "/network/hidden/0", 64),
    Case(net(hidden=[10**9]), RANGE, "/network/hidden/0", 1_000_000),
    Case(net(hidden=[8] * 10_000), RANGE, "/network/hidden", None),
    Case(net(layers=[{"type": "dense", "units": 8}] * 10_000), RANGE, "/network/layers", None),
    Case(net(layers=[]), RANGE, "/network/layers", None),
    Case({"features": {"include": []}}, RANGE, "/features/include", None),
    Case({"features": {"max_categories": 1}}, RANGE, "/features/max_categories", 50),
    Case({"name": ""}, RANGE, "/name", None),
    Case({"name": "x" * 201}, RANGE, "/name", "x" * 200),
    Case({"name": "a\0b"}, RANGE, "/name", "ab"),
    Case({"metadata": {"x": "y" * 20_000}}, RANGE, "/metadata", None),
    Case({"metadata": {"x": float("nan")}}, RANGE, "/metadata", None),
    Case({"priority": 1000}, RANGE, "/priority", 100),
    Case(layers({"type": "dense", "units": 8, "name": "a/b"}), RANGE, "/network/layers/0/name", "a_b"),
    # names that are not known
    Case(net(activation="relo"), CHOICE, "/network/activation", "relu"),
    Case(net(activation="quadratic"), CHOICE, "/network/activation", None),
    Case(net(init="he"), CHOICE, "/network/init", None),
    Case(layers({"type": "dens", "units": 8}), CHOICE, "/network/layers/0/type", "dense"),
    Case(train(optimizer="adamm"), CHOICE, "/training/optimizer", "adam"),
    Case(train(optimizer={"name": "sgdd"}), CHOICE, "/training/optimizer/name", "sgd"),
    Case(train(loss="crossentropi"), CHOICE, "/training/loss", "categorical_crossentropy"),
    Case(train(dtype="float3"), CHOICE, "/training/dtype", "float32"),
    Case({"task": "clasification"}, CHOICE, "/task", None),
    Case({"task": "multi_class"}, CHOICE, "/task", "multiclass"),
    Case({"tracking": {"metrics": ["acuracy"]}}, CHOICE, "/tracking/metrics/0", "accuracy"),
    Case({"features": {"scaling": "standart"}}, CHOICE, "/features/scaling", "standard"),
    Case(train(class_weight="balance"), CHOICE, "/training/class_weight", "balanced"),
    Case(train(class_weight={"setosaa": 2}), CHOICE, "/training/class_weight/setosaa"),
    Case(train(early_stopping={"metric": "val_los"}), CHOICE, "/training/early_stopping/metric", "val_loss"),
    # columns
    Case({"target": "specie"}, "spec.unknown_column", "/target", "species"),
    Case({"features": {"include": ["sepal_widht"]}}, "spec.unknown_column", "/features/include/0", "sepal_width"),
    Case({"features": {"exclude": ["x"]}}, "spec.unknown_column", "/features/exclude/0", None),
    Case({"features": {"kinds": {"x": "number"}}}, "spec.unknown_column", "/features/kinds/x", None),
    Case({"features": {"kinds": {"sepal_widht": "number"}}}, "spec.unknown_column", "/features/kinds/sepal_widht"),
    Case({"target": None}, "spec.target_required", "/target", "species"),
    Case({"target": "notes"}, "data.target_missing", "/target", None, "churn"),
    Case({"target": "country"}, "data.target_single_value", "/target", None, "churn"),
    Case({"target": "customer_id"}, "data.too_many_classes", "/target", None, "churn"),
    Case({"task": "multiclass"}, "data.too_many_classes", "/task", "regression", "houses"),
    Case({"task": "regression"}, "data.not_numeric", "/task", "multiclass"),
    Case({"task": "binary"}, CONFLICT, "/task", "multiclass"),
    Case({"features": {"include": ["species"]}}, CONFLICT, "/features/include/0", None),
    Case({"features": {"include": ["sepal_width"], "exclude": ["sepal_width"]}}, CONFLICT, "/features/exclude/0", None),
    Case({"features": {"kinds": {"species": "category"}}}, CONFLICT, "/features/kinds/species", None),
    Case({"features": {"kinds": {"plan": "number"}}}, "data.not_numeric", "/features/kinds/plan", "category", "churn"),
    Case({"features": {"kinds": {"plan": "boolean"}}}, "data.not_boolean", "/features/kinds/plan", "category", "churn"),
    Case(
        {"features": {"exclude": ["sepal_length", "sepal_width", "petal_length", "petal_width"]}},
        "data.no_features",
        "/features",
    ),
    # values that contradict each other
    Case(net(hidden=[8], layers=[{"type": "dense", "units": 3}]), CONFLICT, "/network/hidden", None),
    Case(net(activation="tanh", layers=[{"type": "dense", "units": 3}]), CONFLICT, "/network/activation", None),
    Case(train(lr=0.1, learning_rate=0.2), CONFLICT, "/training/lr", None),
    Case(
        train(learning_rate=0.1, optimizer={"name": "sgd", "learning_rate": 0.2}),
        CONFLICT,
        "/training/optimizer/learning_rate",
        0.1,
    ),
    Case(train(early_stopping={"direction": "max"}), CONFLICT, "/training/early_stopping/direction", "min"),
    Case(train(early_stopping={"metric": "val_rmse"}), CONFLICT, "/training/early_stopping/metric", "val_loss"),
    Case({"tracking": {"metrics": ["rmse"]}}, CONFLICT, "/tracking/metrics/0", "accuracy"),
    Case({"split": {"stratify": True}}, CONFLICT, "/split/stratify", False, "houses"),
    Case(train(class_weight="balanced"), CONFLICT, "/training/class_weight", None, "houses"),
    Case(
        layers({"type": "dense", "units": 8, "name": "a"}, {"type": "dense", "units": 8, "name": "a"}),
        CONFLICT,
        "/network/layers/1/name",
        "a_2",
    ),
    # networks that do not fit target and loss
    Case(net(layers=[{"type": "dense", "units": 4}]), "spec.shape_mismatch", "/network/layers/0/units", 3),
    Case(net(layers=[{"type": "dropout", "rate": 0.5}]), "spec.shape_mismatch", "/network/layers/0", None),
    Case(
        net(layers=[{"type": "dense", "units": 3, "activation": "sigmoid"}]),
        "spec.loss_mismatch",
        "/network/layers/0/activation",
        "softmax",
    ),
    Case(
        net(layers=[{"type": "dense", "units": 3}, {"type": "activation", "function": "relu"}]),
        "spec.loss_mismatch",
        "/network/layers/1/function",
        "softmax",
    ),
    Case(
        net(layers=[{"type": "dense", "units": 1, "activation": "relu"}]),
        "spec.loss_mismatch",
        "/network/layers/0/activation",
        "linear",
        "houses",
    ),
    Case(train(loss="mse"), "spec.loss_mismatch", "/training/loss", "categorical_crossentropy"),
    Case(train(loss="binary_crossentropy"), "spec.loss_mismatch", "/training/loss", "mean_squared_error", "houses"),
    Case(net(hidden=[1_000_000, 1_000_000]), "spec.too_big", "/network/hidden/0", None),
    Case(net(hidden=[8, 1_000_000, 1_000]), "spec.too_big", "/network/hidden/1", 32_768),
    Case(
        layers({"type": "dense", "units": 100_000}, {"type": "dense", "units": 100_000}),
        "spec.too_big",
        "/network/layers/0/units",
    ),
    Case(
        {**net(hidden=[9_200, 11_000]), **train(optimizer="sgd")},  # without slots it would fit into memory
        "spec.too_many_parameters",
        "/network/hidden/1",
        None,
    ),
    # names that mean different things elsewhere
    Case(train(alpha=0.1), AMBIGUOUS, "/training/alpha", None),
    Case(train(patience=10), AMBIGUOUS, "/training/patience", None),
    Case(train(momentum=0.9), AMBIGUOUS, "/training/momentum", None),
    Case(train(optimizer={"name": "adam", "momentum": 0.9}), AMBIGUOUS, "/training/optimizer/momentum", None),
    Case(train(weight_decay=0.1), AMBIGUOUS, "/training/weight_decay", None),
    Case({"split": {"test_size": 0.2}}, AMBIGUOUS, "/split/test_size", None),
    # several targets
    Case({"target": ["sepal_length", "sepal_width", "species"]}, "data.not_numeric", "/target/2", None),
    Case({"target": ["news", "churned", "plan"]}, "data.not_boolean", "/target/2", None, dataset="churn"),
    Case({"target": ["news", "churned", "age"]}, "data.not_boolean", "/target/2", None, dataset="churn"),
    Case({"target": ["age", "income", "news"]}, "data.not_numeric", "/target/2", None, dataset="churn"),
    Case({"target": ["age", "incme"]}, "spec.unknown_column", "/target/1", "income", dataset="churn"),
    Case({"target": ["age", "country"]}, "data.target_single_value", "/target/1", None, dataset="churn"),
    Case({"target": ["age", "notes"]}, "data.target_missing", "/target/1", None, dataset="churn"),
    Case({"target": ["age", "income", "age"]}, CONFLICT, "/target", ["age", "income"], dataset="churn"),
    Case({"target": ["age", 7]}, TYPE, "/target/1", None, dataset="churn"),
    Case({"target": []}, RANGE, "/target", None),
    Case({"target": ["age", "income"], "task": "binary"}, CONFLICT, "/task", "regression", dataset="churn"),
    Case({"target": ["news", "churned"], "task": "multiclass"}, CONFLICT, "/task", "multilabel", dataset="churn"),
    Case({"task": "multilabel"}, CONFLICT, "/task", "multiclass"),
    Case(
        {"target": ["age", "income"], "features": {"include": ["age", "plan"]}},
        CONFLICT,
        "/features/include/0",
        None,
        dataset="churn",
    ),
    Case(
        {"target": ["news", "churned"], "training": {"class_weight": "balanced"}},
        CONFLICT,
        "/training/class_weight",
        None,
        dataset="churn",
    ),
    Case(
        {"target": ["news", "churned"], "split": {"stratify": True}},
        CONFLICT,
        "/split/stratify",
        False,
        dataset="churn",
    ),
    Case(
        {"target": ["news", "churned"], "training": {"loss": "mse"}},
        "spec.loss_mismatch",
        "/training/loss",
        "binary_crossentropy",
        dataset="churn",
    ),
    Case(
        {"target": ["age", "income"], "tracking": {"metrics": ["auc"]}},
        CONFLICT,
        "/tracking/metrics/0",
        "rmse",
        dataset="churn",
    ),
    Case(
        {"target": ["age", "income"], "split": {"group_by": "age"}}, CONFLICT, "/split/group_by", None, dataset="churn"
    ),
    Case(
        {"target": ["age", "income"], "network": {"layers": [{"type": "dense", "units": 1}]}},
        "spec.shape_mismatch",
        "/network/layers/0/units",
        2,
        dataset="churn",
    ),
    # what comes later
    Case({"webhook": {"url": "https://example.com"}}, LATER, "/webhook", None),
    Case(train(init_from=7), TYPE, "/training/init_from", None),
    Case(net(keras={}), TYPE, "/network/keras", None),
    Case({"tracking": {"layer_health": "yes"}}, TYPE, "/tracking/layer_health", True),
    Case({"tracking": {"layer_health": 0}}, RANGE, "/tracking/layer_health", 100),
    Case({"tracking": {"layer_health": {"every": 0}}}, RANGE, "/tracking/layer_health/every", 100),
    Case({"tracking": {"layer_health": {"evry": 5}}}, UNKNOWN, "/tracking/layer_health/evry", "every"),
    Case(train(augmentation={"flip": True}), UNKNOWN, "/training/augmentation/flip", NONE),
    Case(train(augmentation={"rotation": 10}), AMBIGUOUS, "/training/augmentation/rotation", None),
    Case(square({"shift": 2}), RANGE, "/training/augmentation/shift", 1),
    Case(square({"shift": -1}), RANGE, "/training/augmentation/shift", 0),
    Case(square({"flip_vertical": "yes"}), TYPE, "/training/augmentation/flip_vertical", NONE),
    Case({"tracking": {"gradients": True}}, LATER, "/tracking/gradients", None),
    Case(train(augmentation={"shift": 1}), CONFLICT, "/training/augmentation"),
    Case(train(augmentation={"shift": -1}), RANGE, "/training/augmentation/shift", 0),
    Case(train(sample_weight="sepal_lenght"), "spec.unknown_column", "/training/sample_weight", "sepal_length"),
    Case(train(sample_weight="species"), CONFLICT, "/training/sample_weight"),
    # parameters of layers, optimizers and the like
    Case(net(dropout="0.1"), TYPE, "/network/dropout", 0.1),
    Case(net(batch_norm="yes"), TYPE, "/network/batch_norm", True),
    Case(net(init=3), TYPE, "/network/init", None),
    Case(net(activation={"name": "elu", "alpha": -1}), RANGE, "/network/activation/alpha", 1.0),
    Case(net(hidden=[[64]]), TYPE, "/network/hidden/0", 64),
    Case(net(hidden=[64.5]), TYPE, "/network/hidden/0", 64),
    Case(layers({"type": "dense", "units": True}), TYPE, "/network/layers/0/units", None),
    Case(layers({"type": "dense", "units": None}), TYPE, "/network/layers/0/units", None),
    Case(layers({"type": "dropout", "rate": 1.0}), RANGE, "/network/layers/0/rate", 0.1),
    Case(layers({"type": "dropout", "rate": -0.5}), RANGE, "/network/layers/0/rate", 0.1),
    Case(
        layers({"type": "dense", "units": 8, "bias_initializer": "zeroes"}),
        CHOICE,
        "/network/layers/0/bias_initializer",
        "zeros",
    ),
    Case(layers({"type": "conv2d", "filters": 4}), "spec.shape_mismatch", "/network/layers/0", None),
    Case(layers({"type": "lstm", "units": 4}), "spec.shape_mismatch", "/network/layers/0", None),
    Case(layers({"type": "add"}), "spec.missing_field", "/network/layers/0/inputs", None),
    Case(layers({"type": "dense", "units": 8, "inputs": ["b"]}), CHOICE, "/network/layers/0/inputs/0", None),
    Case(layers({"type": "__class__"}), CHOICE, "/network/layers/0/type", None),
    Case(layers({"type": "os.system"}), CHOICE, "/network/layers/0/type", None),
    Case(train(optimizer="__import__('os')"), CHOICE, "/training/optimizer", None),
    Case(train(optimizer={"name": "sgd", "momentum": 1.5}), RANGE, "/training/optimizer/momentum", 0.0),
    Case(train(optimizer={"name": "sgd", "nesterov": 1}), TYPE, "/training/optimizer/nesterov", True),
    Case(train(optimizer={"name": "adam", "epsilon": 0}), RANGE, "/training/optimizer/epsilon", 1e-7),
    Case(train(solver="lbfgs"), LATER, "/training/solver", None),
    Case(train(schedule="cosin"), CHOICE, "/training/schedule", "cosine"),
    Case(train(loss={"name": "huber", "delta": 0}), RANGE, "/training/loss/delta", 1.0, "houses"),
    Case(train(averaging="emma"), CHOICE, "/training/averaging", "ema"),
    Case(train(clip_norm="1"), TYPE, "/training/clip_norm", 1.0),
    Case(train(gradient_accumulation_steps=0), RANGE, "/training/gradient_accumulation_steps", 1),
    Case(train(frozen=["nobody"]), CHOICE, "/training/frozen/0", None),
    Case(train(learning_rate_factors={"nobody": 2}), CHOICE, "/training/learning_rate_factors/nobody", None),
    Case(train(tol=0.1), AMBIGUOUS, "/training/tol", None),
    Case(train(validation_split=0.2), AMBIGUOUS, "/training/validation_split", None),
    Case({"split": {"validation_split": 0.2}}, AMBIGUOUS, "/split/validation_split", None),
    Case(train(early_stopping="yes"), TYPE, "/training/early_stopping", None),
    # which rows and columns
    Case({"split": {"validation_share": "20%"}}, TYPE, "/split/validation_share", None),
    Case({"split": {"validation_share": 0.6, "test_share": 0.5}}, CONFLICT, "/split/test_share", 0.2),
    Case({"split": {"group_by": "specie"}}, "spec.unknown_column", "/split/group_by", None),
    Case({"split": {"group_by": "petal_lenght"}}, "spec.unknown_column", "/split/group_by", "petal_length"),
    Case({"split": {"stratified": True}}, UNKNOWN, "/split/stratified", "stratify"),
    Case(
        {"features": {"scaling": {"sepal_widht": "standard"}}}, "spec.unknown_column", "/features/scaling/sepal_widht"
    ),
    Case({"features": {"encoding": "onehott"}}, CHOICE, "/features/encoding", "one_hot"),
    Case({"features": {"missing": "meen"}}, CHOICE, "/features/missing", "mean", "churn"),
    Case({"features": {"fill_value": 3}}, CONFLICT, "/features/fill_value", None),
    Case({"features": {"reshape": [3, 3]}}, "spec.shape_mismatch", "/features/reshape", None),
    Case({"features": {"kinds": {"plan": "date"}}}, "data.not_date", "/features/kinds/plan", "category", "churn"),
    Case({"features": {"kinds": {"plan": "categry"}}}, CHOICE, "/features/kinds/plan", "category", "churn"),
    Case({"features": {"target_scaling": "standard"}}, CONFLICT, "/features/target_scaling", "none"),
    Case({"tracking": {"metrics": "accuracy"}}, TYPE, "/tracking/metrics", ["accuracy"]),
    Case({"tracking": {"every": 0}}, RANGE, "/tracking/every", 1),
    Case({"priority": 1.5}, TYPE, "/priority", 2),
    Case({}, "data.too_few_rows", "/dataset_id", None, "tiny"),
    # models of Keras
    Case(sequential("Lambda", function="x"), "spec.import_forbidden", f"{FIRST}/class_name", None),
    Case(sequential("Dens", units=3), CHOICE, f"{FIRST}/class_name", "Dense"),
    Case(sequential("Dense", units=0, activation="relu"), RANGE, f"{FIRST}/config/units", 64),
    Case(sequential("Dense", units=8, activation="rellu"), CHOICE, f"{FIRST}/config/activation", "relu"),
    Case(sequential("Dense", units=8, activation="relu", trainable="no"), LATER, f"{FIRST}/config/trainable", None),
    Case(net(keras="{"), TYPE, "/network/keras", None),
]


def broken(case: Case) -> tuple[dict[str, Any], Any]:
    """Make the body of a case, with its dataset."""
    made = apply_patch(body(case.dataset), case.change)
    if case.change.get("target", 0) is None:
        made.pop("target", None)
    facts = DATASETS[case.dataset][0]
    return made, facts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_broken_body_is_told_what_is_wrong_and_where(case: Case) -> None:
    """Each row is a mistake that people make: its code, place and way out must stay as they are."""
    made, facts = broken(case)

    faults = faults_of(made, facts)

    assert [(fault.code, fault.pointer) for fault in faults] == [(case.code, case.pointer)]
    if case.suggestion is not NONE:
        assert faults[0].suggestion == case.suggestion


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_fault_proposes_is_accepted(case: Case) -> None:
    """A suggestion that fails in turn would be worse than none."""
    made, facts = broken(case)
    fault = faults_of(made, facts)[0]

    patched = apply_patch(made, fault.patch) if fault.patch else None

    assert fault.patch is not None or fault.suggestion is None or fault.code == UNKNOWN
    if patched is not None:
        assert faults_of(patched, facts) == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_message_names_the_thing_and_shouts_at_nobody(case: Case) -> None:
    """The message is all that many clients show."""
    made, facts = broken(case)

    fault = faults_of(made, facts)[0]

    assert fault.message[0].isupper() or fault.message[0] == "`"
    assert fault.message.endswith((".", "?"))
    assert "`" in fault.message
    assert "!" not in fault.message
    assert "invalid" not in fault.message.lower()
    assert len(str(fault.found)) <= 60
    assert len(fault.message) < 600
    assert fault.hint or fault.expected or fault.code in {AMBIGUOUS, CONFLICT, UNKNOWN, "data.target_missing"}
    assert tokens(fault.pointer)


def test_the_table_is_long_enough() -> None:
    """Fewer rows would leave mistakes unguarded that users are known to make."""
    assert len(CASES) >= 200
