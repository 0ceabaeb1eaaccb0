"""Requests each second, next to an empty route of Flask under the same server, and when far too many come."""
