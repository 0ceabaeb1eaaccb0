"""Requests: the HTTP API."""
