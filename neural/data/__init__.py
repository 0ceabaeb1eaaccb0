"""Examples, their targets and their augmentation, as arrays that a training reads."""
