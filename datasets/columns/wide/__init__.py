"""Wide tables of few rows: what would cost more for each column than for its cells is done for all of them at once."""
