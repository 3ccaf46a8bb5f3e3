"""The second look at a film: decoded from end to end, and copied into what every browser plays and names nobody."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal

import av
from av.filter import Graph

from cases.files.conversion import Conversion
from cases.files.video import PLAYABLE_AUDIO, codec_of, is_cover

Plan = Literal["copy", "encode"]
"""What a film needs: its packets put into an MP4 whose index comes first; h264 and aac in place of its own codecs.

Either way the copy holds picture and sound alone: no author, no title, no place, no hour, no tracks of data."""

COPY: Final = "view.mp4"
_THREADS: Final = 2
_BROKEN: Final = (av.FFmpegError, OSError, ValueError, MemoryError, OverflowError, StopIteration)
_SOURCE: Final = {"protocol_whitelist": "file"}
# Where a cut begins between two key pictures, what comes before the next one cannot be decoded and is never shown.
_LEAD_IN: Final = 2.0
_LARGEST_FRAME: Final = 36_000_000
_LARGEST_COPY: Final = 150 * 1024 * 1024
# (pictures in all, in megapixels; longest side; x264's preset): the longer a film, the less is spent on a picture.
_EFFORT: Final = ((20_000, 1920, "veryfast"), (60_000, 1280, "veryfast"), (float("inf"), 960, "ultrafast"))
_HALF: Final = (("hflip", ""), ("vflip", ""))
_TURNS: Final = {90: (("transpose", "cclock"),), -90: (("transpose", "clock"),), 180: _HALF, -180: _HALF}


class Rotten(Exception):
    """Data that cannot be decoded, `at` so many seconds from the beginning."""

    def __init__(self, at: float) -> None:
        super().__init__(at)
        self.at = max(at, 0.0)


def plan_for(facts: dict[str, Any]) -> Plan:
    """What a film with these facts of its inspection needs."""
    return "copy" if facts.get("playable") else "encode"


def stages(path: Path, folder: Path, plan: Plan) -> Iterator[Conversion]:
    """Decode every picture and every sound, and write view.mp4 into `folder`.

    Yields what is known so far: a film that proved whole stays so where its copy then fails. Of a rotten one there is a
    copy too where one can be made, for those who shall see what is left of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if plan == "encode":
            record = _encode(path, folder)
        else:
            _look(path)
            yield Conversion("failed", "not_copied")
            record = _copy(path, folder)
    except Rotten as rotten:
        yield Conversion("rotten", "rotten", rotten_sentence(rotten.at))
        with suppress(*_BROKEN):
            record = _record(folder) if plan == "encode" else _copy(path, folder)
            yield Conversion("rotten", "rotten", rotten_sentence(rotten.at), [record])
    except _BROKEN as error:
        yield Conversion("failed", type(error).__name__)
    else:
        yield Conversion("done", derived=[record])


def rotten_sentence(at: float) -> str:
    """What is wrong, to follow the film's name; what is to be done about it depends on the case."""
    minutes, seconds = divmod(int(at), 60)
    return f"在 {minutes} 分 {seconds:02d} 秒附近数据损坏，播放到那里会花屏、卡住或中断。"


def _streams(container: Any) -> tuple[Any | None, Any | None]:
    """The film's picture and its sound."""
    films = [stream for stream in container.streams.video if not is_cover(stream)]
    return (films[0] if films else None), (container.streams.audio[0] if container.streams.audio else None)


class _Decoder:
    """Decodes the packets of one stream strictly: the first error is the end."""

    def __init__(self, stream: Any) -> None:
        stream.codec_context.options = {"err_detect": "explode"}
        stream.thread_count = _THREADS
        stream.thread_type = "AUTO"
        self.seen = False
        self.last = 0.0

    def frames(self, packet: Any) -> Iterator[Any]:
        """The frames that a packet completes. Raises: Rotten."""
        if packet.pts is not None:
            self.last = float(packet.pts * packet.time_base)
        try:
            for frame in packet.decode():
                if frame.is_corrupt and self.seen:
                    raise Rotten(self.last)
                self.seen = True
                yield frame
        except av.InvalidDataError as error:
            if self.seen or self.last > _LEAD_IN:
                raise Rotten(self.last) from error


def _look(path: Path) -> None:
    with av.open(str(path), format="mov", options=_SOURCE) as source:
        decoders = {stream.index: (stream, _Decoder(stream)) for stream in _streams(source) if stream}
        for packet in source.demux([stream for stream, _ in decoders.values()]):
            for _ in decoders[packet.stream.index][1].frames(packet):
                pass
        for stream, decoder in decoders.values():
            if stream.frames and not decoder.seen:
                raise Rotten(0.0)


def _copy(path: Path, folder: Path) -> dict[str, Any]:
    """The same packets in an MP4 whose index comes first, so that playing begins at once and seeking works.

    What the original says of itself stays behind: tags, boxes and tracks of data are not among the packets.
    """
    with av.open(str(path), format="mov", options=_SOURCE) as source, _target(folder) as target:
        film, sound = _streams(source)
        ways = {stream.index: target.add_stream_from_template(stream) for stream in (film, sound) if stream}
        for packet in source.demux([stream for stream in (film, sound) if stream]):
            if packet.dts is not None and packet.size:
                packet.stream = ways[packet.stream.index]
                target.mux(packet)
    return _record(folder)


def _target(folder: Path) -> Any:
    return av.open(str(folder / COPY), "w", format="mp4", options={"movflags": "+faststart"})


def _record(folder: Path) -> dict[str, Any]:
    """The record of the copy, opened once more: what cannot be opened is no copy."""
    path = folder / COPY
    with av.open(str(path), format="mov", options=_SOURCE) as made:
        film, _ = _streams(made)
        size = (film.codec_context.width, film.codec_context.height) if film else (0, 0)
    return {"role": "view", "name": COPY, "width": size[0], "height": size[1], "size": path.stat().st_size}


def _encode(path: Path, folder: Path) -> dict[str, Any]:
    with av.open(str(path), format="mov", options=_SOURCE) as source, _target(folder) as target:
        film, sound = _streams(source)
        ways: dict[int, _Pictures | _Sounds | _AsItIs] = {}
        if film:
            ways[film.index] = _Pictures(film, _first_frame(path), target)
        if sound:
            plays = codec_of(sound) in PLAYABLE_AUDIO
            ways[sound.index] = _AsItIs(sound, target) if plays else _Sounds(sound, target)
        try:
            for packet in source.demux([stream for stream in (film, sound) if stream]):
                ways[packet.stream.index].take(packet)
        except Rotten:
            with suppress(Rotten, *_BROKEN):  # so that what came before can be watched
                _end(ways.values())
            raise
        _end(ways.values())
    return _record(folder)


def _end(ways: Iterable["_Pictures | _Sounds | _AsItIs"]) -> None:
    for way in ways:
        way.end()


class _AsItIs:
    """A sound that plays already: decoded to see that it is whole, copied as it is."""

    def __init__(self, stream: Any, target: Any) -> None:
        self.decoder = _Decoder(stream)
        self.target = target
        self.out = target.add_stream_from_template(stream)

    def take(self, packet: Any) -> None:
        for _ in self.decoder.frames(packet):
            pass
        if packet.dts is not None and packet.size:
            packet.stream = self.out
            self.target.mux(packet)

    def end(self) -> None:
        pass


class _Sounds:
    """A sound that becomes AAC, two channels at most."""

    def __init__(self, stream: Any, target: Any) -> None:
        self.decoder = _Decoder(stream)
        self.target = target
        rate = stream.codec_context.sample_rate
        rate = rate if rate in (32_000, 44_100, 48_000) else 48_000
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        self.out = target.add_stream("aac", rate=rate, layout=layout)
        self.resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate, frame_size=1024)

    def take(self, packet: Any) -> None:
        for frame in self.decoder.frames(packet):
            self._pass_on(frame)

    def _pass_on(self, frame: Any) -> None:
        for piece in self.resampler.resample(frame):
            self.target.mux(self.out.encode(piece))

    def end(self) -> None:
        self._pass_on(None)
        self.target.mux(self.out.encode(None))


def _first_frame(path: Path) -> Any:
    """The first picture: it alone says how large the film really is and how the camera was held."""
    with av.open(str(path), format="mov", options=_SOURCE) as source:
        film, _ = _streams(source)
        assert film is not None
        context = film.codec_context
        if context is None or not 0 < context.width * context.height <= _LARGEST_FRAME:
            raise ValueError("no size that could be shown")
        return next(iter(source.decode(film)))


class _Pictures:
    """A film that becomes h264, upright, no longer than it can be made in the time there is."""

    def __init__(self, stream: Any, first: Any, target: Any) -> None:
        self.decoder = _Decoder(stream)
        self.target = target
        rate = stream.average_rate or Fraction(30)
        seconds = max(float(stream.duration * stream.time_base) if stream.duration else 0.0, 1.0)
        amount = first.width * first.height * float(rate) * seconds / 1e6
        _, side, preset = next(step for step in _EFFORT if amount <= step[0])
        scale = min(1.0, side / max(first.width, first.height))
        width, height = (max(2, round(length * scale / 2) * 2) for length in (first.width, first.height))
        ceiling = str(int(_LARGEST_COPY * 8 / seconds))
        options = {"preset": preset, "crf": "23", "maxrate": ceiling, "bufsize": ceiling}
        self.out = target.add_stream("libx264", rate=rate, options=options)
        self.out.width, self.out.height = (height, width) if first.rotation in (90, -90) else (width, height)
        self.out.pix_fmt = "yuv420p"
        self.out.thread_count = _THREADS
        self.out.codec_context.time_base = stream.time_base
        self.graph = _upright(stream, first.rotation, width, height)
        self.last = -1 << 62

    def take(self, packet: Any) -> None:
        for frame in self.decoder.frames(packet):
            if frame.pts is None or frame.pts <= self.last:  # no player shows two pictures at one moment
                continue
            self.last = frame.pts
            self.graph.vpush(frame)
            picture = self.graph.vpull()
            picture.pict_type = 0  # which pictures are key pictures is for the encoder to say
            self.target.mux(self.out.encode(picture))

    def end(self) -> None:
        if not self.decoder.seen:
            raise Rotten(0.0)
        self.target.mux(self.out.encode(None))


def _upright(stream: Any, rotation: int, width: int, height: int) -> Graph:
    """Scale, turn as the camera was held, and reduce to the colours that every browser shows."""
    graph = Graph()
    steps = [graph.add_buffer(template=stream, time_base=stream.time_base)]
    for name, how in (("scale", f"{width}:{height}"), *_TURNS.get(rotation, ()), ("format", "yuv420p")):
        steps.append(graph.add(name, how))
    steps.append(graph.add("buffersink"))
    graph.link_nodes(*steps).configure()
    return graph
