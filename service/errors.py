"""Errors that keep the service from starting, or that end it.

ServiceError
├── CannotStart       something is in the way; nothing was left running
├── Refused           starting would be unsafe
└── PartDied          a part that cannot be replaced ended by itself
"""


class ServiceError(Exception):
    """The service does not start or go on."""

    exit_code = 1


class CannotStart(ServiceError):
    """Something is in the way; nothing was left running."""


class Refused(ServiceError):
    """Starting would be unsafe."""

    exit_code = 78  # EX_CONFIG: the configuration has to change before another try makes sense


class PartDied(ServiceError):
    """A part that cannot be replaced ended by itself."""
