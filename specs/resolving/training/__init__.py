"""The training, settled: optimizer, schedule, stopping, starting weights, augmentation, tracking."""
