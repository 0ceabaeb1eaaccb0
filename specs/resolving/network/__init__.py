"""The network, settled: its layers, their connections, names and shapes, and the limit on its parameters."""
