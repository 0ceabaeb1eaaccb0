"""Predictions: rows in a request and files of any size, answered; and what a step of training makes of rows."""
