"""Files to download: stored ones, weights in a format, rows as CSV."""
