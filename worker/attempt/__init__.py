"""One attempt of a job: loaded, trained, checkpointed, reported, and its outcome written."""
