"""Twenty tables of the kinds people have, each trained from the two-field body."""
