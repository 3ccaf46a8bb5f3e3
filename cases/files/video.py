"""Video and sound in MP4 and QuickTime files: a demux gate, and a poster."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import av
from PIL import Image

from cases.files import images, sniffing
from cases.files.unfit import Unfit, damaged, polyglot

_MAX_MOOV: Final = 64 * 1024 * 1024
_MAX_BOXES: Final = 200_000
_MAX_POSTER_PIXELS: Final = 40_000_000
_CONTAINERS: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_ENCRYPTED_ENTRIES: Final = (b"encv", b"enca", b"enct", b"encs")
# What browsers play without a plug-in; the rest is converted by a later job.
PLAYABLE_VIDEO: Final = {"h264", "av1", "vp9"}
PLAYABLE_AUDIO: Final = {"aac", "mp3", "opus", "flac"}


def _cut_off() -> Unfit:
    return Unfit("truncated", "的内容不完整，可能没有传完或导出中断。请在电脑上确认能从头播放到尾，重新导出后再上传。")


def check(path: Path) -> dict[str, Any]:
    """Walk the boxes, then demux every packet without decoding.

    Returns duration in seconds, width, height, codecs, `playable`: whether browsers know them, and `fast`: whether
    the index comes first. Refuses: no moov, a segment or an init segment
    alone, encrypted, cut off, no sound and no picture.
    """
    fragmented, fast = _walk(path)
    try:
        with av.open(
            str(path.resolve()), format="mov", options={"protocol_whitelist": "file", "ignore_editlist": "1"}
        ) as container:
            return {**_demux(container, fragmented), "fast": fast}
    except (av.FFmpegError, ValueError, OverflowError, OSError) as error:
        raise damaged() from error


def _walk(path: Path) -> tuple[bool, bool]:
    """Check the file's outermost boxes against its length; whether it is fragmented, whether its index comes first."""
    size = path.stat().st_size
    seen: set[bytes] = set()
    with path.open("rb") as stream:
        at = boxes = 0
        fast = False
        while at + 8 <= size:
            stream.seek(at)
            kind, length, header = _box(stream.read(16), size - at)
            boxes += 1
            if boxes > _MAX_BOXES:
                raise damaged()
            if not _printable(kind):
                _refuse_foreign(stream, at)
                break  # some phones pad the end; the boxes before it hold the film
            if length < header:
                raise damaged()
            if at + length > size:
                raise _cut_off()
            if kind == b"moov" and b"moov" not in seen:
                _check_moov(stream, at, length)
                fast = b"mdat" not in seen
            seen.add(kind)
            at += length
    if b"moov" not in seen:
        raise Unfit("no_index", "缺少播放所需的索引，是不完整的视频片段。请用剪辑软件重新导出完整的 MP4 后再上传。")
    fragmented = b"moof" in seen
    return fragmented, fast and not fragmented


def _refuse_foreign(stream: BinaryIO, at: int) -> None:
    """Refuse a file of another kind put behind the film."""
    stream.seek(at)
    if sniffing.sniff(stream.read(sniffing.HEAD)) in {"zip", "ole", "archive", "program", "html", "svg", "pdf"}:
        raise polyglot()


def _box(header: bytes, left: int) -> tuple[bytes, int, int]:
    length, kind = struct.unpack(">L4s", header[:8])
    if length == 1 and len(header) == 16:
        return kind, struct.unpack(">Q", header[8:])[0], 16
    return kind, left if length == 0 else length, 8


def _printable(kind: bytes) -> bool:
    return all(0x20 <= byte < 0x7F or byte == 0xA9 for byte in kind)


def _check_moov(stream: BinaryIO, at: int, length: int) -> None:
    if length > _MAX_MOOV:
        raise damaged()
    stream.seek(at)
    if any(entry in _ENCRYPTED_ENTRIES for entry in _sample_entries(stream.read(length))):
        raise Unfit("encrypted", "经过加密（DRM），评审人员无法播放。请上传自己拍摄或导出的未加密视频。")


def _sample_entries(moov: bytes) -> Iterator[bytes]:
    """Yield the type of every sample entry (moov/trak/mdia/minf/stbl/stsd/*)."""
    stack = [(0, len(moov))]
    while stack:
        at, end = stack.pop()
        while at + 8 <= end:
            kind, length, header = _box(moov[at : at + 16], end - at)
            if length < header:
                break
            if kind in _CONTAINERS:
                stack.append((at + header, min(at + length, end)))
            elif kind == b"stsd":
                yield from _entries(moov, at + header + 8, min(at + length, end))
            at += length


def _entries(moov: bytes, at: int, end: int) -> Iterator[bytes]:
    while at + 8 <= end:
        kind, length, header = _box(moov[at : at + 16], end - at)
        if length < header:
            return
        yield kind
        at += length


def _demux(container: Any, fragmented: bool) -> dict[str, Any]:
    films = [stream for stream in container.streams.video if not is_cover(stream)]
    sounds = list(container.streams.audio)
    if not films and not sounds:
        raise Unfit("no_streams", "里没有可以播放的画面或声音。请重新导出 MP4 后再上传。")
    packets: dict[int, int] = {}
    covered: dict[int, int] = {}
    last: dict[int, float] = {}
    watched = films + sounds
    declared = {stream.index: stream.frames for stream in watched}
    for packet in container.demux(watched):
        if not packet.size:
            continue
        if packet.is_corrupt:
            raise _cut_off()
        index = packet.stream.index
        packets[index] = packets.get(index, 0) + 1
        covered[index] = covered.get(index, 0) + (packet.duration or 0)
        if packet.pts is not None and packet.time_base:
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            last[index] = max(last.get(index, 0.0), end)
    if not packets:
        raise Unfit("no_streams", "里没有可以播放的画面或声音，可能只是视频的开头部分。请导出完整的 MP4 后再上传。")
    duration = max(last.values(), default=0.0)
    claimed = container.duration / av.time_base if container.duration else 0.0
    for stream in watched:
        few = packets.get(stream.index, 0) < int(declared[stream.index] * 0.99)
        # Of sound that is not compressed, the file counts the samples and a packet holds thousands.
        brief = stream.type == "video" or covered.get(stream.index, 0) < (stream.duration or 0) * 0.98
        if not fragmented and few and brief:
            raise _cut_off()
    if not fragmented and claimed > 2 and duration < claimed * 0.9 - 1 and not any(declared.values()):
        raise _cut_off()
    return _facts(container, films, sounds, duration or claimed)


def is_cover(stream: Any) -> bool:
    """Return whether a picture stream is a cover picture of a piece of music."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def codec_of(stream: Any | None) -> str:
    """Return what a stream is coded in, whichever library decodes it; empty for what none of ours knows."""
    return stream.codec_context.codec.canonical_name if stream and stream.codec_context else ""


def _facts(container: Any, films: list[Any], sounds: list[Any], duration: float) -> dict[str, Any]:
    film = films[0] if films else None
    video, audio = codec_of(film), codec_of(sounds[0] if sounds else None)
    plain = film is None or (video in PLAYABLE_VIDEO and film.codec_context.pix_fmt in (None, "yuv420p", "yuvj420p"))
    return {
        "duration": round(duration, 2),
        "width": film.codec_context.width if film and film.codec_context else 0,
        "height": film.codec_context.height if film and film.codec_context else 0,
        "video": video,
        "audio": audio,
        "playable": plain and (not sounds or audio in PLAYABLE_AUDIO),
    }


def derive(path: Path, folder: Path, duration: float) -> Iterator[dict[str, Any]]:
    """Write poster.jpg from a frame near the beginning; yields its record, nothing for mere sound."""
    with av.open(str(path.resolve()), format="mov", options={"protocol_whitelist": "file"}) as container:
        films = [stream for stream in container.streams.video if not is_cover(stream)]
        if not films or films[0].codec_context is None:
            return
        film = films[0]
        film.thread_count = 1
        if not 0 < film.codec_context.width * film.codec_context.height <= _MAX_POSTER_PIXELS:
            return
        if duration > 4:
            container.seek(int(min(duration * 0.1, 3.0) * av.time_base), backward=True)
        frame = next(iter(container.decode(film)), None)
        if frame is None:
            return
        scale = min(1.0, 1280 / max(frame.width, frame.height))
        size = (max(2, int(frame.width * scale)), max(2, int(frame.height * scale)))
        picture = frame.reformat(width=size[0], height=size[1], format="rgb24").to_image()
        if frame.rotation:
            picture = picture.rotate(frame.rotation, expand=True)
        yield images.save(_plain(picture), folder, "poster.jpg", "poster")


def _plain(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "RGB" else picture.convert("RGB")
