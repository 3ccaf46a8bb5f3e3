"""What a camera or a program writes into a picture (where, with what, by whom) is gone from all that is shown of it."""

import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from cases.files.images import save
from cases.files.opening import inspect
from tests.cases.files import word

pillow_heif.register_heif_opener(thumbnails=False)
NOTE = "PLANTED-7731 滨江小学 王老师"
MARKS = (b"PLANTED-7731", NOTE.encode(), NOTE.encode("utf-16-le"), b"GPS", b"xmpmeta", b"Exif")
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc>{NOTE}</dc></x:xmpmeta>'.encode()
WIDTH, HEIGHT = 90, 60


def notes(turned: bool = True) -> Image.Exif:
    """EXIF with a place, a maker, an owner, and the camera held upright (orientation 6) where `turned`."""
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    exif[0x010E] = exif[0x013B] = NOTE
    exif[0x010F] = "PLANTED-7731 maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 14.0, 7.7), 3: "E", 4: (120.0, 10.0, 5.5)})
    exif.get_ifd(0x8769).update({0x9286: b"UNICODE\x00" + NOTE.encode("utf-16-le"), 0xA430: NOTE})
    return exif


def profile() -> bytes:
    """A colour profile: its words (description, maker, copyright) are free, and a program may name itself there."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(mode: str = "RGB") -> Image.Image:
    """Wide, its left half red, its right half blue: turned by orientation 6 it is tall and red above."""
    made = Image.new(mode, (WIDTH, HEIGHT), (220, 20, 20) if mode == "RGB" else (220, 20, 20, 255))
    made.paste((20, 20, 220) if mode == "RGB" else (20, 20, 220, 255), (WIDTH // 2, 0, WIDTH, HEIGHT))
    return made


def written(made: Image.Image, form: str, **more: object) -> bytes:
    out = io.BytesIO()
    made.save(out, form, **more)
    return out.getvalue()


def jpeg() -> bytes:
    return written(picture(), "JPEG", exif=notes(), xmp=XMP, comment=NOTE, icc_profile=profile(), quality=95)


def words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", "PLANTED-7731 tEXt")
    info.add_text("Author", "PLANTED-7731 zTXt" * 20, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


def png(mode: str = "RGB") -> bytes:
    return written(picture(mode), "PNG", exif=notes(), pnginfo=words(), icc_profile=profile())


def webp() -> bytes:
    return written(picture(), "WEBP", exif=notes(), xmp=XMP, icc_profile=profile(), quality=95)


def gif() -> bytes:
    return written(picture(), "GIF", comment=NOTE.encode())


def heic() -> bytes:
    return written(picture(), "HEIF", exif=notes().tobytes(), xmp=XMP, quality=95)


def mpo() -> bytes:
    """A camera's file of two pictures, each with notes of its own."""
    second = picture()
    second.encoderinfo = {"exif": notes(), "comment": NOTE}
    return written(picture(), "MPO", save_all=True, append_images=[second], exif=notes(), comment=NOTE, quality=95)


PICTURES: list[tuple[str, Callable[[], bytes]]] = [
    ("a.jpg", jpeg),
    ("mpo.jpg", mpo),
    ("a.png", png),
    ("clear.png", lambda: png("RGBA")),
    ("a.webp", webp),
    ("a.gif", gif),
    ("a.heic", heic),
]


def segments(data: bytes) -> Iterator[int]:
    """The markers of a JPEG's segments up to its picture."""
    at = 2
    while data[at + 1] != 0xDA:
        yield data[at + 1]
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]


def chunks(data: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(data):
        yield data[at + 4 : at + 8]
        at += 12 + struct.unpack(">L", data[at : at + 4])[0]


def assert_bare(path: Path) -> None:
    """Only what draws the picture is in the file: any part that could hold a note is a failure."""
    data = path.read_bytes()
    assert not [mark for mark in MARKS if mark in data]
    if data.startswith(b"\x89PNG"):
        assert set(chunks(data)) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    else:
        # JFIF, tables, the frame: no APP1 to APP15, no comment.
        assert set(segments(data)) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}


def red_above(path: Path) -> bool:
    with Image.open(path) as shown:
        tall = shown.convert("RGB")
    (above, _, _), (below, _, _) = tall.getpixel((20, 10)), tall.getpixel((20, tall.height - 10))
    return tall.height > tall.width and above > 150 > below


@pytest.mark.parametrize(("name", "make"), PICTURES, ids=[name for name, _ in PICTURES])
def test_the_notes_are_in_what_is_planted(name: str, make: Callable[[], bytes]) -> None:
    """The control: without it the tests below could pass on pictures that say nothing."""
    assert any(mark in make() for mark in MARKS)


@pytest.mark.parametrize(("name", "make"), PICTURES, ids=[name for name, _ in PICTURES])
def test_what_is_shown_of_a_picture_is_bare_and_upright(name: str, make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    facts = inspect(path, name=name, kind="supporting", derive_to=tmp_path / "drawn").facts
    assert {one["name"] for one in facts["derived"]} == {"thumb.jpg", "view.jpg"}
    turned = name != "a.gif"  # a GIF has no way to say how it was held
    assert (facts["width"], facts["height"]) == ((HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT))
    for shown in ("thumb.jpg", "view.jpg"):
        data = (tmp_path / "drawn" / shown).read_bytes()
        assert data.startswith(b"\xff\xd8\xff"), "shown as JPEG, whatever it was"
        assert_bare(tmp_path / "drawn" / shown)
        assert red_above(tmp_path / "drawn" / shown) is turned


@pytest.mark.parametrize(
    "make", [jpeg, mpo, png, lambda: png("RGBA"), gif], ids=["jpeg", "mpo", "png", "clear png", "gif"]
)
def test_pictures_of_a_reading_view_are_bare_and_upright(make: Callable[[], bytes], tmp_path: Path) -> None:
    document = word.styled()
    document.add_picture(io.BytesIO(make()))
    path = word.saved(document, tmp_path / "a.docx")
    facts = inspect(path, name="a.docx", kind="document", derive_to=tmp_path / "drawn").facts
    shown = [one["name"] for one in facts["derived"] if one["role"] == "picture"]
    assert len(shown) == 1
    assert_bare(tmp_path / "drawn" / shown[0])
    assert red_above(tmp_path / "drawn" / shown[0]) is (make is not gif)


def test_the_text_of_a_reading_view_names_no_author_of_the_file(tmp_path: Path) -> None:
    document: docx.document.Document = word.styled()
    document.core_properties.author = document.core_properties.comments = NOTE
    path = word.saved(document, tmp_path / "a.docx")
    inspect(path, name="a.docx", kind="document", derive_to=tmp_path / "drawn")
    html = (tmp_path / "drawn" / "document.html").read_text(encoding="utf-8")
    assert "基本情况" in html and "PLANTED-7731" not in html


def test_the_check_itself_hears_a_note(tmp_path: Path) -> None:
    save(picture(), tmp_path, "bare.jpg", "view")
    assert_bare(tmp_path / "bare.jpg")
    (tmp_path / "a.jpg").write_bytes(written(picture(), "JPEG", comment="x"))
    (tmp_path / "a.png").write_bytes(written(picture(), "PNG", icc_profile=profile()))
    for name in ("a.jpg", "a.png"):
        with pytest.raises(AssertionError):
            assert_bare(tmp_path / name)
