"""Reporting of a running attempt: progress, metric history, heartbeats, and what its owner asks for."""
