"""Rows as the JSON objects that clients see."""
