"""Past trainings: the time that each took beside the reckoned one, and the interval that follows for the next."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 12  # past trainings, before they say more than the calibration does
NEAREST = 40  # of a similar length: what goes wrong with short ones (starting, saving) is not what does with long ones
OUTSIDE = 0.05  # of the trainings may lie below the interval, and as many above
LEAST_BUSY = 2.0  # how much slower a worker may become when others use its machine
LEAST_ERROR = 0.25


@dataclass(frozen=True)
class Past:
    """A finished training: the seconds that were reckoned for the epochs it ran, and those that it took."""

    reckoned_s: float
    took_s: float

    @property
    def ratio(self) -> float:
        """How often the reckoned time it took."""
        return self.took_s / self.reckoned_s


@dataclass(frozen=True)
class Spread:
    """Factors on a reckoned time: the interval's ends and its middle, and the past trainings that they come from."""

    low: float
    middle: float
    high: float
    jobs: int


@dataclass(frozen=True)
class PastTrainings:
    """Past trainings of a service."""

    past: Sequence[Past] = ()

    def spread(self, reckoned_s: float, *, error: float, busy: float) -> Spread:
        """Return the interval for a training; what the calibration says of its error and of others counts without past.

        The ends are order statistics of the nearest ratios: if times go on as they were, a new one falls between them
        with a probability of 1 - 2·OUTSIDE (Vovk et al. 2005, conformal prediction), whatever their distribution.
        """
        ratios = self._nearest(reckoned_s)
        if len(ratios) < FEWEST:
            factor = math.exp(1.6 * max(error, LEAST_ERROR))
            return Spread(low=1 / factor, middle=busy, high=factor * max(LEAST_BUSY, 1.5 * busy), jobs=0)
        cut = max(1, math.floor(OUTSIDE * (len(ratios) + 1)))
        return Spread(low=ratios[cut - 1], middle=ratios[len(ratios) // 2], high=ratios[-cut], jobs=len(ratios))

    def _nearest(self, reckoned_s: float) -> list[float]:
        def distance(past: Past) -> float:
            return abs(math.log(past.reckoned_s / reckoned_s))

        return sorted(past.ratio for past in sorted(self.past, key=distance)[:NEAREST])
