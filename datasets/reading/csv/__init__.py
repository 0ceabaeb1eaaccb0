"""Delimited text: its encoding and dialect, its records, its typed columns."""
