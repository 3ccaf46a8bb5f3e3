"""OLE2 containers and old PowerPoint streams made for the tests."""

import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def ole(streams: dict[str, bytes]) -> bytes:
    """Return an OLE2 container with the streams in its root; each is padded to 4096 bytes so that none is mini."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    sectors: list[bytes] = []
    chain: list[int] = []

    def place(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\x00") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        chain.extend(range(start + 1, start + len(pieces)))
        chain.append(_END)
        return start

    entries = []
    for at, name in enumerate(names):
        data = streams[name].ljust(4096, b"\x00")
        right = at + 2 if at + 1 < len(names) else _FREE
        entries.append(_entry(name, 2, right, _FREE, place(data), len(data)))
    directory = b"".join([_entry("Root Entry", 5, _FREE, 1 if names else _FREE, _END, 0), *entries])
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\x00")
    first_directory = place(directory)
    fat_sectors = 1
    while (len(chain) + fat_sectors) * 4 > fat_sectors * _SECTOR:
        fat_sectors += 1
    fat_at = len(sectors)
    table = chain + [_FAT] * fat_sectors
    packed = struct.pack(f"<{len(table)}L", *table).ljust(fat_sectors * _SECTOR, b"\xff")
    difat = [fat_at + number for number in range(fat_sectors)] + [_FREE] * (109 - fat_sectors)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<LLLLLLLLL", 0, fat_sectors, first_directory, 0, 4096, _END, 0, _END, 0)
    return header + struct.pack("<109L", *difat) + b"".join(sectors) + packed


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    entry = encoded.ljust(64, b"\x00") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return entry + struct.pack("<LLL", _FREE, right, child) + bytes(36) + struct.pack("<LQ", start, size)


def record(kind: int, data: bytes, *, container: bool = False, instance: int = 0, version: int = 0) -> bytes:
    """Return one record of a PowerPoint stream."""
    head = (instance << 4) | (0xF if container else version)
    return struct.pack("<HHL", head, kind, len(data)) + data


def powerpoint(*inside: bytes, behind: bytes = b"", token: int = 0xE391C05F) -> bytes:
    """Return a .ppt whose document container holds the given records, with records `behind` it."""
    document = record(0x03E8, record(0x03E9, bytes(40), version=1) + b"".join(inside), container=True)
    stream = document + record(0x03EE, b"", container=True) + behind
    user = record(0x0FF6, struct.pack("<LLL", 20, token, len(stream)) + bytes(8))
    return ole({"PowerPoint Document": stream + record(0x0FF5, bytes(28)), "Current User": user})
