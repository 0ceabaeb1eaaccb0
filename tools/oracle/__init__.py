"""Keras' own tests, with every call computed here as well: which agree, which differ, which cannot be said."""
