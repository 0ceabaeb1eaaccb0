"""The sections of a job body about data, as frozen values: the target, the features, their encoding, the split."""
