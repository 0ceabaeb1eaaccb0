"""How it is trained: optimizer, schedule, stopping, starting weights, augmentation, tracking."""
