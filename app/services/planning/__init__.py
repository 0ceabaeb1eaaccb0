"""A job body to what would be trained, without storing anything: resolved, fitted and quoted."""
