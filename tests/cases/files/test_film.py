"""Films: the gate lets them in, the second look decodes them whole and makes what browsers play."""

import os
import struct
import subprocess
import sys
import time
import uuid
from fractions import Fraction
from pathlib import Path

import av
import psutil
import pytest
from PIL import Image, ImageChops, ImageStat

from cases.files import conversion as converting
from cases.files.conversion import Conversion, convert_film
from cases.files.film import plan_for, stages
from cases.files.inspection import inspect_in_child
from cases.files.opening import inspect
from cases.files.supervising import MIB, Limits
from tests.cases.files.films import film, spoiled, turned

DATA = Path(__file__).resolve().parents[2] / "data/files"


def converted(path: Path, folder: Path) -> tuple[str, Conversion]:
    """The plan and what comes of it, in this process."""
    gate = inspect(path, name=path.name, kind="supporting")
    assert gate.accepted, gate.message
    plan = plan_for(gate.facts)
    return plan, list(stages(path, folder, plan))[-1]


def facts_of(path: Path) -> dict[str, object]:
    return inspect(path, name="a.mp4", kind="supporting").facts


def first_picture(path: Path) -> Image.Image:
    with av.open(str(path)) as source:
        return next(source.decode(video=0)).to_image()


@pytest.mark.parametrize(
    ("name", "codec", "audio", "fast", "plan"),
    [
        ("plays.mp4", "libx264", "aac", True, "copy"),
        ("silent.mp4", "libx264", "", True, "copy"),
        ("index-last.mp4", "libx264", "aac", False, "copy"),
        ("apple.mov", "libx264", "aac", True, "copy"),
        ("iphone.mov", "libx265", "aac", False, "encode"),
        ("camera.mov", "libx264", "pcm_s16le", False, "encode"),
        ("old.mp4", "mpeg4", "aac", True, "encode"),
    ],
)
def test_a_film_becomes_what_every_browser_plays(
    name: str, codec: str, audio: str, fast: bool, plan: str, tmp_path: Path
) -> None:
    path = film(tmp_path / name, codec=codec, audio=audio, fast=fast)
    needed, result = converted(path, tmp_path / "made")
    assert (needed, result.outcome) == (plan, "done"), result
    shown = tmp_path / "made/view.mp4"
    size = shown.stat().st_size
    assert result.derived == [{"role": "view", "name": "view.mp4", "width": 96, "height": 64, "size": size}]
    facts = facts_of(shown)
    assert (facts["kind"], facts["video"], facts["audio"]) == ("mp4", "h264", "aac" if audio else "")
    assert facts["playable"] and facts["fast"] and facts["duration"] == pytest.approx(2, abs=0.3)
    assert ImageStat.Stat(ImageChops.difference(first_picture(path), first_picture(shown))).mean < [20, 20, 20]


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_film_is_shown_as_the_camera_was_held(codec: str, degrees: int, tmp_path: Path) -> None:
    path = turned(film(tmp_path / "a.mov", codec=codec, audio=""), degrees)
    _, result = converted(path, tmp_path / "made")
    assert result.outcome == "done"
    pictures = {}
    for name, source in (("original", path), ("copy", tmp_path / "made/view.mp4")):
        inspect(source, name="a.mp4", kind="supporting", derive_to=tmp_path / name)
        with Image.open(tmp_path / name / "poster.jpg") as poster:
            pictures[name] = poster.convert("RGB")
    assert pictures["original"].size == pictures["copy"].size == ((96, 64) if degrees == 180 else (64, 96))
    assert ImageStat.Stat(ImageChops.difference(*pictures.values())).mean < [20, 20, 20]


@pytest.mark.parametrize("blank", [True, False])
@pytest.mark.parametrize(("codec", "fast"), [("libx264", True), ("libx264", False), ("libx265", False)])
def test_rot_that_the_gate_cannot_see_is_found_by_decoding(codec: str, fast: bool, blank: bool, tmp_path: Path) -> None:
    path = spoiled(film(tmp_path / "a.mp4", codec=codec, audio="", fast=fast, seconds=3), share=0.6, blank=blank)
    _, result = converted(path, tmp_path / "made")
    assert (result.outcome, result.code) == ("rotten", "rotten")
    assert [one["name"] for one in result.derived] == ["view.mp4"], "what is left of it can be watched"
    assert 1 < float(facts_of(tmp_path / "made/view.mp4")["duration"]) <= 3.3
    assert result.message.startswith("在 0 分 0") and "数据损坏" in result.message


@pytest.mark.parametrize("share", [0.5, 0.9, 0.995])
@pytest.mark.parametrize("fast", [True, False])
def test_a_film_cut_off_is_refused_at_the_gate(fast: bool, share: float, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", fast=fast)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert inspect(path, name="a.mp4", kind="supporting").code in {"truncated", "no_index", "damaged"}


def test_sound_that_is_not_compressed_is_not_taken_for_cut_off(tmp_path: Path) -> None:
    """Of PCM the file counts the samples, of which a packet holds thousands."""
    path = film(tmp_path / "a.mov", audio="pcm_s16le")
    assert inspect(path, name="a.mov", kind="supporting").accepted
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.8)])
    assert not inspect(path, name="a.mov", kind="supporting").accepted


PLANTED = [b"+39.9042", "李四一".encode(), b"PLANTED TITLE", b"PLANTED HANDLER", b"PLANTED XMP", b"PLANTED TRACK"]


def telling(path: Path) -> Path:
    """The film with all that cameras and editors write: who, where, when, in tags, an XMP box and a track of data."""
    remade = path.with_name(f"telling-{path.name}")
    options = {"movflags": "+faststart+use_metadata_tags"}
    with av.open(str(path)) as source, av.open(str(remade), "w", format="mp4", options=options) as target:
        target.metadata["com.apple.quicktime.location.ISO6709"] = "+39.9042+116.4074/"
        target.metadata.update(artist="李四一", title="PLANTED TITLE", creation_time="2024-03-05T01:02:03Z")
        ways = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for way in ways.values():
            way.metadata.update(handler_name="PLANTED HANDLER", language="fra", creation_time="2024-03-05T01:02:03Z")
        track = target.add_data_stream("bin_data")  # as `gpmd`, the name that cameras give to where they were
        track.time_base = Fraction(1, 1000)
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = ways[packet.stream.index]
                target.mux(packet)
        point = av.Packet(b"PLANTED TRACK")
        point.pts, point.dts, point.duration, point.time_base, point.stream = 0, 0, 1000, Fraction(1, 1000), track
        target.mux(point)
    xmp = uuid.UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes + b"<x:xmpmeta>PLANTED XMP</x:xmpmeta>"
    remade.write_bytes(remade.read_bytes() + struct.pack(">L4s", 8 + len(xmp), b"uuid") + xmp)
    return remade


@pytest.mark.parametrize(("codec", "plan"), [("libx264", "copy"), ("libx265", "encode")])
def test_what_is_shown_does_not_say_who_took_it_where_and_when(codec: str, plan: str, tmp_path: Path) -> None:
    path = telling(film(tmp_path / "a.mp4", codec=codec, fast=True))
    original = path.read_bytes()
    assert all(words in original for words in [*PLANTED, b"gpmd"]), "the control: everything is planted"
    with av.open(str(path)) as source:
        assert source.metadata["creation_time"] and len(source.streams.data) == 1
    needed, result = converted(path, tmp_path / "made")
    assert (needed, result.outcome) == (plan, "done")
    shown = (tmp_path / "made/view.mp4").read_bytes()
    assert not [words for words in PLANTED if words in shown]
    with av.open(str(tmp_path / "made/view.mp4")) as made:
        kept = {"major_brand", "minor_version", "compatible_brands", "encoder"}
        assert set(made.metadata) == kept, "the container's own kind, and the library that wrote it"
        assert [stream.type for stream in made.streams] == ["video", "audio"]
        assert all("creation_time" not in stream.metadata for stream in made.streams)


def test_a_film_in_the_child_is_the_same_film(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mov", codec="libx265")
    result = convert_film(path, plan="encode", derive_to=tmp_path / "made")
    assert (result.outcome, [one["name"] for one in result.derived]) == ("done", ["view.mp4"])


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(0.05, 900 * MIB, 4096 * MIB, 64 * MIB), "timeout"),
        (Limits(60, 30 * MIB, 4096 * MIB, 64 * MIB), "memory"),
        (Limits(60, 900 * MIB, 4096 * MIB, 2000), "OSError"),
    ],
)
def test_a_conversion_beyond_its_limits_fails_and_raises_nothing(limits: Limits, code: str, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mov", codec="libx265", seconds=4)
    result = convert_film(path, plan="encode", derive_to=tmp_path / "made", limits=limits)
    assert (result.outcome, result.code) == ("failed", code)


def test_a_child_does_not_outlive_its_worker(tmp_path: Path) -> None:
    """Killed without a word, as the kernel does when memory runs out, the worker cannot tell its child."""
    os.mkfifo(tmp_path / "never.mp4")
    work = f"convert_film(Path({str(tmp_path / 'never.mp4')!r}), plan='encode', derive_to=Path({str(tmp_path)!r}))"
    code = f"from pathlib import Path; from cases.files.conversion import convert_film; {work}"
    with subprocess.Popen([sys.executable, "-c", code], cwd=DATA.parents[2]) as worker:
        child, until = None, time.monotonic() + 30
        while (child is None or child.nice() == psutil.Process().nice()) and time.monotonic() < until:
            time.sleep(0.05)  # it is nice once its limits are set
            child = next(iter(psutil.Process(worker.pid).children()), None)
        worker.kill()
    assert child is not None
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_the_workers_own_limit_comes_after_the_childs() -> None:
    from portal.celery import app

    assert converting.FILM.seconds + 60 < app.conf.task_soft_time_limit


@pytest.mark.slow
def test_a_hundred_megabytes_pass_the_gate_in_two_seconds_of_cpu(tmp_path: Path) -> None:
    path = long_film(tmp_path, 100 * MIB)
    started = os.times()
    result = inspect_in_child(path, name="a.mp4", kind="supporting", derive_to=tmp_path / "drawn")
    ended = os.times()
    spent = ended.children_user + ended.children_system - started.children_user - started.children_system
    assert result.accepted and [one["name"] for one in result.facts["derived"]] == ["poster.jpg"]
    assert spent < 2, spent


def long_film(folder: Path, size: int) -> Path:
    """A film of about so many bytes: the same seconds again and again, each packet one of its own."""
    path = folder / "long.mp4"
    short = film(folder / "short.mp4", audio="", seconds=4)
    with av.open(str(short)) as source, av.open(str(path), "w", format="mp4") as target:
        stream = source.streams.video[0]
        way = target.add_stream_from_template(stream)
        packets = [(bytes(one), one.pts, one.dts, one.is_keyframe) for one in source.demux(stream) if one.size]
        once = sum(len(data) for data, *_ in packets)
        step = int(Fraction(4) / stream.time_base)
        for turn in range(size // once):
            for data, pts, dts, key in packets:
                packet = av.Packet(data)
                packet.pts, packet.dts, packet.is_keyframe = pts + turn * step, dts + turn * step, key
                packet.time_base, packet.stream = stream.time_base, way
                target.mux(packet)
    return path
