"""HTTP itself: keys, bodies, forms, ETags, ranges, streams, repeats; nothing here knows a job."""
