"""The fields of a job body: one table per object, from which parsing, capabilities and docs are made."""
