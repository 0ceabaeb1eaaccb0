"""Tell the expressions of drawn faces apart with a convolutional network, through a running service.

    ./chainrule up                                  # in another terminal
    python examples/faces_convolution.py [http://127.0.0.1:8000]

The faces are drawn here, so they are anybody's: ovals of many sizes, greys and places, with hair, glasses and noise.
They go up as people keep pictures: a zip with a folder for each class. The network adds two convolutions within
channels to an ordinary one, and training images are mirrored and shifted anew in every epoch.
"""

import io
import sys
import zipfile
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from chainrule import Client, Job

SIZE = 28
EXPRESSIONS = ("happy", "sad", "surprised")
LAYERS: list[dict[str, Any]] = [
    {"type": "conv2d", "filters": 12, "padding": "same", "activation": "relu"},
    {"type": "max_pooling2d"},
    {"type": "separable_conv2d", "filters": 24, "padding": "same", "activation": "relu"},
    {"type": "max_pooling2d"},
    {"type": "separable_conv2d", "filters": 32, "padding": "same", "activation": "relu"},
    {"type": "flatten"},
    {"type": "dropout", "rate": 0.3},
    {"type": "dense", "units": "auto"},
]


def face(expression: str, generator: np.random.Generator) -> np.ndarray:
    """Draw one face, shape (28, 28), greys from 0 to 255; four times as large at first, so that lines are smooth."""
    scale, (x, y) = 4, generator.normal(SIZE / 2, 1.2, 2)
    wide, high = generator.uniform(8, 10.5), generator.uniform(10, 12.5)
    skin, ground, dark = generator.uniform(150, 250), generator.uniform(0, 90), generator.uniform(0, 60)
    picture = Image.new("L", (SIZE * scale, SIZE * scale), int(ground))
    draw = ImageDraw.Draw(picture)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return tuple(scale * number for number in (x + left, y + top, x + right, y + bottom))

    draw.ellipse(box(-wide, -high, wide, high), fill=int(skin))
    if generator.random() < 0.6:
        draw.pieslice(box(-wide, -high, wide, high * 0.6), 190, 350, fill=int(generator.uniform(0, 120)))
    for side in (-1, 1):
        eye = side * wide * 0.42
        draw.ellipse(box(eye - 1.3, -high * 0.25 - 1, eye + 1.3, -high * 0.25 + 1), fill=int(dark))
        if generator.random() < 0.2:
            draw.ellipse(box(eye - 3, -high * 0.25 - 3, eye + 3, -high * 0.25 + 3), outline=int(dark), width=scale)
    mouth, corner = high * 0.45, wide * generator.uniform(0.35, 0.55)
    bend = generator.uniform(2.2, 4)
    if expression == "happy":
        draw.arc(box(-corner, mouth - bend, corner, mouth + bend), 15, 165, fill=int(dark), width=scale + 2)
    elif expression == "sad":
        draw.arc(box(-corner, mouth, corner, mouth + 2 * bend), 195, 345, fill=int(dark), width=scale + 2)
    else:
        draw.ellipse(box(-corner * 0.6, mouth - bend * 0.8, corner * 0.6, mouth + bend), fill=int(dark))
    pixels = np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BOX), np.float64)
    return np.clip(pixels + generator.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)


def faces(each: int, seed: int) -> list[tuple[str, np.ndarray]]:
    """Draw as many of each expression."""
    generator = np.random.default_rng(seed)
    return [(expression, face(expression, generator)) for _ in range(each) for expression in EXPRESSIONS]


def packed(drawn: list[tuple[str, np.ndarray]]) -> bytes:
    """Put PNG files into a zip, a folder for each expression."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (expression, pixels) in enumerate(drawn):
            png = io.BytesIO()
            Image.fromarray(pixels).save(png, "PNG")
            archive.writestr(f"faces/{expression}/{number:04}.png", png.getvalue())
    return buffer.getvalue()


def train(client: Client, *, each: int = 200, epochs: int = 20, seed: int = 1) -> Job:
    """Upload the zip, train the network, and wait for it."""
    dataset = client.datasets.upload(packed(faces(each, seed)), name="faces.zip")
    return client.jobs.create(
        dataset_id=dataset.id,
        target="label",
        network={"layers": LAYERS},
        training={
            "epochs": epochs,
            "batch_size": 16,
            "learning_rate": 0.003,
            "seed": seed,
            "augmentation": {"flip_horizontal": True, "shift": 1},
        },
    ).wait(timeout=900)


def score(job: Job, *, each: int = 50, seed: int = 2) -> float:
    """Show the model faces that were drawn later; give the share that it names right."""
    drawn = faces(each, seed)
    answers = job.model.predict([{"image": pixels[:, :, None].tolist()} for _, pixels in drawn])
    return float(
        np.mean([answer["label"] == expression for answer, (expression, _) in zip(answers, drawn, strict=True)])
    )


def main(url: str) -> None:
    """Train, and say how well it went."""
    with Client(url) as client:
        job = train(client)
        print(f"{job.status}: {job.raw['latest']['val_accuracy']:.1%} of the held-out faces")
        print(f"{score(job):.1%} of 150 faces that were drawn afterwards")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
