"""HTTP itself: keys, bodies, forms, ETags, ranges, streams, repeats."""
