"""A trained model to a file and back."""
