"""Bytes by their SHA-256: in the database, or as files beside it; verified when read."""
