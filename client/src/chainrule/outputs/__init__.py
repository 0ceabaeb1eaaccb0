"""Outputs of a network: what they say in the words of the table, and how sure that is."""
