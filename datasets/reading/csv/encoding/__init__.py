"""Encodings of text: how their names are understood, which marks announce them, and what decodes each."""
