"""How fast, compared with what; each benchmark prints ratios measured in one run."""
