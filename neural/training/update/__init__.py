"""One step of the optimizer and what stands around it: penalties, limits, learning rates, accumulation, averages."""
