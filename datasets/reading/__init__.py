"""Files to columns: format, dialect and kinds are found; doubts and faults are named with their place."""
