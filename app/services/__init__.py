"""Use cases: what clients can have done, told in the order in which it happens."""
