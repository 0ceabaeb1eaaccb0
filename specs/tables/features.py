"""The section `features` of a job body: which columns are learned from, and how they become numbers."""

from datasets.recipe.features import Features
from specs.grammar.objects import Object
from specs.tables.declared import fields_of

SCALINGS = {
    "standardize": "standard",
    "standardise": "standard",
    "zscore": "standard",
    "z_score": "standard",
    "min_max": "minmax",
    "normalize": "minmax",
    "log_standardize": "log",
    "log1p": "log",
    "identity": "none",
}
KINDS = {
    "numeric": "number",
    "float": "number",
    "integer": "number",
    "int": "number",
    "categorical": "category",
    "bool": "boolean",
    "yes/no": "boolean",
    "datetime": "date",
    "timestamp": "date",
}

FEATURES = Object(
    title="features",
    fields=fields_of(
        Features,
        synonyms={
            "include": ("columns",),
            "exclude": ("drop", "ignore"),
            "kinds": ("types",),
            "missing": ("impute", "imputation"),
            "indicators": ("missing_indicators", "add_indicator"),
            "reshape": ("input_shape",),
            "max_vocabulary": ("vocabulary_size", "max_tokens", "num_words"),
        },
        spellings={
            "kinds": KINDS,
            "scaling": SCALINGS,
            "missing": {"mode": "most_frequent", "drop_rows": "drop", "dropna": "drop"},
            "encoding": {"onehot": "one_hot", "dummy": "one_hot", "label": "ordinal", "integer": "ordinal"},
            "target_scaling": SCALINGS,
            "tokenizer": {"words": "word", "char": "character"},
        },
    ),
)
