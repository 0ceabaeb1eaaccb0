"""The operator's settings, and the readers of the environment variables that hold them."""
