"""The network: its description, its weights as one flat vector, and its binding to arrays."""
