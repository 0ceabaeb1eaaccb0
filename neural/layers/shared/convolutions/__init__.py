"""Convolutions: windows over sequences and images, and what layers make of them."""
