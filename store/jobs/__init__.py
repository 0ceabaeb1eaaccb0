"""A job's life in the database: submitted, claimed, reported, checkpointed, ended, put back."""
