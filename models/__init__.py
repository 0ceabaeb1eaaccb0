"""Trained models at work: they answer rows, and are judged by their answers."""

from models.conformal import Conformal
from models.predictor import Answers, Predictor, Rows, predictor_of

__all__ = ["Answers", "Conformal", "Predictor", "Rows", "predictor_of"]
