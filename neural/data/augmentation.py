"""Images that are a little different in every epoch: mirrored, cropped, shifted, with noise."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.engine.layouts import Shape
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, flag, integer, real

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """What may happen to each training image; pixels that a shift uncovers repeat the edge."""

    key = "augmentation"

    flip_horizontal: bool = flag(default=False, summary="Mirror left and right, every second image.")
    flip_vertical: bool = flag(default=False, summary="Mirror top and bottom, every second image.")
    shift: int = integer(0, minimum=0, summary="Pixels that an image moves at most, each way.")
    crop: float = real(0.0, minimum=0, exclusive_maximum=1, summary="Share of height and width cut off at most.")
    noise: float = real(0.0, minimum=0, maximum=1e6, summary="Standard deviation of the noise added to each pixel.")

    def __post_init__(self) -> None:
        check(self)
        if not (self.moves or self.noise):
            expected = "a flip, shift, crop or noise"
            raise ParameterOutOfRange(self.key, "augmentation", "nothing", expected=expected)

    @property
    def moves(self) -> bool:
        """Whether pixels change their places."""
        return bool(self.flip_horizontal or self.flip_vertical or self.shift or self.crop)


class Augmenter:
    """Changes loaded batches in place.

    Each batch draws from a generator of its own, made from the epoch's key and the batch's position: what an image
    becomes depends neither on how many batches are loaded at once nor on where a training was resumed.
    """

    def __init__(self, augmentation: Augmentation, input_shape: Shape) -> None:
        """Raise ShapeError unless rows are images of (height, width, channels)."""
        if len(input_shape) != 3:
            raise ShapeError("augmentation", got=input_shape, needed="images of (height, width, channels)")
        self._augmentation = augmentation
        self._key = np.zeros(1, np.int64)

    def start_epoch(self, generator: np.random.Generator) -> None:
        """Draw the epoch's key."""
        self._key[0] = generator.integers(2**63)

    def apply(self, inputs: Array, position: int) -> None:
        """Change batches (slots, channels + 1, height, width, batch), the first of them at a position of the epoch."""
        for offset, batch in enumerate(inputs):
            philox = np.random.Philox(key=int(self._key[0]), counter=[0, position + offset, 0, 0])
            change_in_place(batch[:-1], self._augmentation, np.random.Generator(philox))

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What the training's state has to hold."""
        return {"augmentation_key": self._key}


def change_in_place(images: Array, augmentation: Augmentation, generator: np.random.Generator) -> None:
    """Draw anew what happens to each of the images (channels, height, width, batch), and do it."""
    if augmentation.moves:
        _, height, width, batch = images.shape
        scale = 1 - augmentation.crop * generator.random((batch, 1))
        rows = _places(height, scale, augmentation.shift, generator, flip=augmentation.flip_vertical)
        columns = _places(width, scale, augmentation.shift, generator, flip=augmentation.flip_horizontal)
        images[:] = picked(images, rows, columns)
    if augmentation.noise:
        images += augmentation.noise * generator.standard_normal(images.shape, images.dtype)


def _places(size: int, scale: Array, shift: int, generator: np.random.Generator, *, flip: bool) -> Places:
    """Draw for each image which pixels of an axis take part, shape (batch, size); the nearest ones where scaled."""
    batch = len(scale)
    start = generator.random((batch, 1)) * (1 - scale) * size
    places = np.floor(start + (np.arange(size) + 0.5) * scale).astype(np.int64)
    places += generator.integers(-shift, shift + 1, (batch, 1))
    np.clip(places, 0, size - 1, out=places)
    mirrored = flip & (generator.random((batch, 1)) < 0.5)
    return np.where(mirrored, places[:, ::-1], places)


def picked(images: Array, rows: Places, columns: Places) -> Array:
    """Gather pixel (rows[n, i], columns[n, j]) of image n at (i, j)."""
    channels, height, width, batch = images.shape
    places = (rows.T[:, None] * width + columns.T[None]) * batch + np.arange(batch)
    taken: Array = images.reshape(channels, height * width * batch).take(places, axis=1)
    return taken
