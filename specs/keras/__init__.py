"""Networks as Keras writes them: a Sequential's `to_json()` read as a list of layers, and a list written as one."""
