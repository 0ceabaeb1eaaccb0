"""What a job body means: given values, resolved values and the reason for each."""
