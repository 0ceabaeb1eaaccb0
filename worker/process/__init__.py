"""The worker's process: threads, memory limit, logs, and the exit of a child."""
