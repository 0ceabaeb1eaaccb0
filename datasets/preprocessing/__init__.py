"""Columns to network inputs and targets: encodings fitted on the training rows, and applied in prediction."""
