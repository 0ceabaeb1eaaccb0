"""Columns and tables: kinds, conversion of cells, statistics, and the prepared file that holds them."""
