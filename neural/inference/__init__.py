"""Predictions, scores and decoded sequences of a network with its weights."""
