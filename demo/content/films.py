"""A short film: three seconds of moving shapes, H.264 that every browser plays."""

import random
import tempfile
from pathlib import Path

import av
from PIL import Image, ImageDraw

from demo.content.pictures import draw

SIZE = (320, 180)
_RATE = 12
_FRAMES = 3 * _RATE


def video(rng: random.Random) -> bytes:
    """An mp4 of 3 s, 320 × 180, H.264 baseline, yuv420p, its index first (faststart)."""
    scene = draw(rng, rng.choice(("landscape", "classroom", "board")), size=SIZE)
    ball = rng.randint(14, 26)
    colour = rng.choice(((232, 184, 88), (214, 96, 76), (240, 236, 220)))
    # The muxer reads its own file again to move the index to the front: it needs a real one.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        with av.open(str(path), "w", format="mp4", options=options) as film:
            stream = film.add_stream("libx264", rate=_RATE)
            stream.width, stream.height = SIZE
            stream.pix_fmt = "yuv420p"
            stream.options = {"profile": "baseline", "preset": "ultrafast", "crf": "26", "threads": "1"}
            for number in range(_FRAMES):
                frame = av.VideoFrame.from_image(_frame(scene, number, ball, colour))
                film.mux(stream.encode(frame.reformat(format="yuv420p")))
            film.mux(stream.encode())
        return path.read_bytes()


def _frame(scene: Image.Image, number: int, ball: int, colour: tuple[int, int, int]) -> Image.Image:
    """The scene with a disc on its way across and a bar that tells the time."""
    image = scene.copy()
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    x = (width + ball) * number // _FRAMES - ball
    pen.ellipse((x, height // 3, x + ball, height // 3 + ball), fill=colour)
    pen.rectangle((0, height - 6, width * (number + 1) // _FRAMES, height), fill=colour)
    return image
