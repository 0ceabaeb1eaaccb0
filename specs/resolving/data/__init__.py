"""Which columns and rows are learned from, and how they are encoded."""
