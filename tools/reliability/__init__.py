"""What the fault suite showed: kept test by test, and told in docs/reliability.md."""
