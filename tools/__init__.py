"""Developers' tools: what only people who work on Chainrule run. Nothing of the product imports them."""
