"""Pictures: opened whole, and shown upright without the data a camera adds."""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import pillow_heif
from PIL import Image, ImageSequence

from cases.files.unfit import Unfit, damaged

MAX_PIXELS: Final = 40_000_000
# Frames of a moving picture are decoded until this many pixels: enough to find rot, too few to keep a core busy.
_FRAME_PIXELS: Final = 80_000_000
_MAX_FRAMES: Final = 300
_FORMATS: Final = {
    "jpg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "gif": ("GIF",),
    "bmp": ("BMP",),
    "webp": ("WEBP",),
    "heic": ("HEIF",),
}
# Pillow copies these whole before it scales them well, so large ones are first scaled roughly.
_COPIED: Final = {"P", "PA", "1", "LA", "RGBA"}
_ROUGH_FROM: Final = 12_000_000
# A thumbnail for lists and a view for the lightbox (longest side in pixels).
_SIZES: Final = (("thumb", 640, 82), ("view", 2000, 86))

pillow_heif.register_heif_opener(thumbnails=False)


def too_many_pixels() -> Unfit:
    """The picture's canvas is beyond what a page can show."""
    return Unfit("pixel_bomb", "的尺寸超过 4000 万像素，无法处理。请缩小图片尺寸后再上传。")


def open_image(source: Path | IO[bytes], kind: str) -> Image.Image:
    """Open a picture of the kind without decoding it; more than 40 million pixels are refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(source, formats=_FORMATS[kind])
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error
    except MemoryError:
        raise
    except Exception as error:  # a parser's every failure on foreign bytes is a verdict on the bytes
        raise damaged() from error
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise too_many_pixels()
    return image


def notes(data: bytes) -> Image.Exif:
    """Return a picture's EXIF without decoding it, whatever kind it is; damage raises what Pillow stumbles over."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.getexif()
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error


def check(path: Path, kind: str) -> dict[str, Any]:
    """Decode a picture whole. Returns its upright width and height and its number of frames."""
    with open_image(path, kind) as image:
        width, height = image.size
        if orientation(image) >= 5:
            width, height = height, width
        frames = _decode(image, kind)
    return {"width": width, "height": height, "frames": frames}


def _decode(image: Image.Image, kind: str) -> int:
    budget, frames = _FRAME_PIXELS, 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if kind not in {"gif", "png", "webp"}:
                image.load()
                return 1
            for frame in ImageSequence.Iterator(image):
                frame.load()
                frames += 1
                budget -= frame.width * frame.height
                if budget <= 0 or frames >= _MAX_FRAMES:
                    break
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error
    except MemoryError:
        raise
    except Exception as error:  # as above: Pillow's plugins raise whatever they stumble over
        raise damaged() from error
    return frames


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; HEIC pictures arrive turned already."""
    if image.format == "HEIF":
        return 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = image.getexif().get(0x0112, 1)
    except Exception:  # broken EXIF hides the orientation, not the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def derive(path: Path, kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Write thumb.jpg and view.jpg, upright and without EXIF, GPS or profile notes; yields each one's record."""
    with open_image(path, kind) as source:
        if kind == "jpg":
            source.draft("RGB", (_SIZES[-1][1], _SIZES[-1][1]))
        small = shrink(source, _SIZES[-1][1])
    for role, side, quality in reversed(_SIZES):
        picture = small.copy()
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        yield save(picture, folder, f"{role}.jpg", role, quality)


def save(picture: Image.Image, folder: Path, name: str, role: str, quality: int = 84) -> dict[str, Any]:
    """Write an RGB picture as JPEG and return its record."""
    picture.save(folder / name, "JPEG", quality=quality, optimize=True, progressive=True)
    return {"role": role, "name": name, "width": picture.width, "height": picture.height}


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turned(picture: Image.Image, held: int) -> Image.Image:
    """Return a picture upright that was taken with the camera held so (EXIF orientation, 1 to 8)."""
    return picture.transpose(_TURNS[held]) if held in _TURNS else picture


def shrink(source: Image.Image, side: int) -> Image.Image:
    """Return a new upright RGB picture no longer than `side`; what was clear becomes white.

    The picture is made small before it is turned or converted, because each of those makes a full copy.
    """
    held = orientation(source)
    if source.mode in _COPIED and source.width * source.height > _ROUGH_FROM:
        source.thumbnail((2 * side, 2 * side), Image.Resampling.NEAREST)
    if source.mode in ("P", "1", "PA"):
        source = source.convert("RGBA" if "transparency" in source.info or source.mode == "PA" else "RGB")
    elif source.mode.startswith("I"):
        source = source.convert("I").point(lambda value: value / 256).convert("L")
    elif source.mode == "F":
        source = source.convert("L")
    source.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    source = turned(source, held)
    if source.mode in ("RGBA", "LA", "La", "RGBa"):
        clear = source.convert("RGBA")
        source = Image.new("RGB", clear.size, "white")
        source.paste(clear, mask=clear.getchannel("A"))
    clean = Image.new("RGB", source.size)
    clean.paste(source.convert("RGB"))
    return clean
