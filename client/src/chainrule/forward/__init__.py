"""The forward pass of a trained network in plain NumPy: layers, activations, masks."""
