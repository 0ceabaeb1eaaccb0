"""From what was given to what will be trained: each part infers what was left open, and says why."""
