"""Chainrule's own checks of lint: each takes the root folder and gives what is wrong, a line for each."""
