"""How fast training is, next to what people would use instead, in one run on one core."""
