"""The data of a training, settled: feature columns, encoding, sample weights, split, validation."""
