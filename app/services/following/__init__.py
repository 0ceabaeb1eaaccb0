"""Following a job: waiting for its end, and its events as a stream."""
