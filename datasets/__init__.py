"""Bytes to columns to arrays: what a table holds, how it is split and encoded."""
