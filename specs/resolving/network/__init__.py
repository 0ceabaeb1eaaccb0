"""Which layers there are, how they are connected, what they are called, what shapes they have."""
