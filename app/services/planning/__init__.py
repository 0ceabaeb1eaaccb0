"""The planning of jobs: bodies resolved and quoted, starting weights found and held, past quotes judged."""
