"""Prebound calls on arrays: how values lie in memory, and what runs the calls."""
