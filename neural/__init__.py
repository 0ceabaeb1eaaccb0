"""Networks and their training by backpropagation, in NumPy alone."""
