"""Films made for the tests: a second or two of noise that moves, with a tone beside it."""

import array
import math
import struct
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from PIL import Image

RATE = 12
_UPRIGHT, _ONE = 1 << 30, 1 << 16
_TURNS = {90: (0, _ONE, -_ONE, 0), 180: (-_ONE, 0, 0, -_ONE), 270: (0, -_ONE, _ONE, 0)}


def film(path: Path, *, codec: str = "libx264", audio: str = "aac", seconds: int = 2, fast: bool = False) -> Path:
    """A film of 96 × 64 at `path`; the container is the one that the name's extension says, `audio` may be empty."""
    options = {"movflags": "+faststart+use_metadata_tags" if fast else "+use_metadata_tags"}
    with av.open(str(path), "w", format=path.suffix[1:], options=options) as target:
        picture = target.add_stream(codec, rate=RATE, options={"x265-params": "log-level=none"})
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        sound = target.add_stream(audio, rate=48_000, layout="stereo") if audio else None
        for number in range(seconds * RATE):
            frame = av.VideoFrame.from_image(_scene(number))
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            target.mux(picture.encode(frame))
        target.mux(picture.encode(None))
        if sound:
            for number in range(seconds * 48_000 // 1024):
                target.mux(sound.encode(_tone(number)))
            target.mux(sound.encode(None))
    return path


@cache
def _scene(number: int) -> Image.Image:
    """Noise below a white corner, so that a picture that was turned can be told from one that was not."""
    image = Image.effect_noise((96, 64), 30 + number % 7).convert("RGB")
    image.paste("white", (0, 0, 40, 24))
    return image


def _tone(number: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
    frame.rate, frame.pts, frame.time_base = 48_000, number * 1024, Fraction(1, 48_000)
    wave = array.array("f", (math.sin((number * 1024 + at) / 20) * 0.3 for at in range(1024))).tobytes()
    for plane in frame.planes:
        plane.update(wave)
    return frame


def turned(path: Path, degrees: int) -> Path:
    """The same film held differently: its header says by how many degrees, clockwise, a player has to turn it."""
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd") + 44
    a, b, c, d = _TURNS[degrees]
    data[at : at + 36] = struct.pack(">9l", a, b, 0, c, d, 0, 0, 0, _UPRIGHT)
    path.write_bytes(data)
    return path


def spoiled(path: Path, *, share: float = 0.5, blank: bool = False) -> Path:
    """The same film with a block of its data gone bad, or blank as after a copy that failed; its index is whole."""
    data = bytearray(path.read_bytes())
    begin = data.find(b"mdat") + 4
    end = begin + struct.unpack(">L", data[begin - 8 : begin - 4])[0] - 8
    at = begin + int((end - begin) * share)
    block = data[at : min(at + 4096, end)]
    data[at : at + len(block)] = bytes(len(block)) if blank else bytes(byte ^ 0x5A for byte in block)
    path.write_bytes(data)
    return path
