"""Tables to training sets: splits, tabular examples, translation pairs, rows on disk."""
