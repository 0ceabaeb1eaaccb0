"""Results of the fault suite: kept test by test, and told in docs/reliability.md."""
