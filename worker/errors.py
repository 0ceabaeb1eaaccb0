"""Errors that end an attempt before its network is trained.

WorkerError
├── Cancelled             the owner asked for it
├── Paused                the owner asked for it; the job waits until it is resumed
├── Drained               the worker has to go; another one starts the job again
├── ReporterBroken        the thread that keeps the claim alive died
├── ThreadsUnpinned       NumPy came before the number of BLAS threads was fixed
└── GradientCheckFailed   the backward pass is not the derivative of the loss
"""

from neural import GradientCertificate


class WorkerError(Exception):
    """An attempt or a worker cannot go on."""


class Cancelled(WorkerError):
    """The job's owner asked to stop it."""


class Paused(WorkerError):
    """The job's owner asked to pause it."""


class Drained(WorkerError):
    """The worker was asked to leave; the job goes back to the queue."""


class ReporterBroken(WorkerError):
    """The reporter's thread died of something unforeseen: nobody would notice a lost claim any more."""


class ThreadsUnpinned(WorkerError):
    """NumPy was imported before the number of BLAS threads was fixed: results would depend on the machine."""

    def __init__(self, variables: list[str]) -> None:
        names = ", ".join(variables)
        super().__init__(f"NumPy was imported before {names} could be set to 1; set them in the environment.")
        self.variables = variables


class GradientCheckFailed(WorkerError):
    """The backward pass of a job's own network disagrees with differences of its loss."""

    def __init__(self, certificate: GradientCertificate) -> None:
        super().__init__(
            f"The gradient of `{certificate.worst}` is wrong by {certificate.max_relative_error:.3g}, relative; "
            f"at most {certificate.tolerance:g} is allowed."
        )
        self.certificate = certificate
