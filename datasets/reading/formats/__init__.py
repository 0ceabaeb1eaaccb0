"""Readers of files that are no delimited text: each gives columns whose cells have types already."""
