"""Old Excel files (.xls): the records of BIFF8 in a compound file, as short as can be."""

import struct
from collections.abc import Sequence

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def xls(rows: Sequence[Sequence[str | float]], *, hidden: bool = False) -> bytes:
    """A workbook with one sheet."""
    begin = struct.pack("<HHHHLL", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x0006)
    sheet = _record(0x0809, begin[:2] + b"\x10\x00" + begin[4:])
    for place, row in enumerate(rows):
        sheet += b"".join(_cell(place, column, value) for column, value in enumerate(row))
    sheet += _record(0x000A, b"")
    name = "Liste"
    globals_length = 20 + (4 + 8 + len(name)) + 4
    at = struct.pack("<LHBB", globals_length, int(hidden), len(name), 0) + name.encode()
    book = _record(0x0809, begin) + _record(0x0085, at) + _record(0x000A, b"")
    assert len(book) == globals_length
    return _compound(book + sheet)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x0203, place + struct.pack("<d", value))


def _compound(workbook: bytes) -> bytes:
    """Sector 0: which sector follows which; sector 1: the directory; then the stream, long enough to need no others."""
    workbook = workbook.ljust(4096, b"\0")
    workbook += bytes(-len(workbook) % _SECTOR)
    count = len(workbook) // _SECTOR
    chain = [_FAT, _END, *range(3, 2 + count), _END]
    fat = struct.pack(f"<{_SECTOR // 4}L", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    root = _entry("Root Entry", kind=5, child=1, start=_END, size=0)
    stream = _entry("Workbook", kind=2, child=_FREE, start=2, size=len(workbook))
    directory = (root + stream).ljust(_SECTOR, b"\0")
    header = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109L", 0, *[_FREE] * 108)
    return header + fat + directory + workbook


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    spelt = name.encode("utf-16-le")
    head = struct.pack("<64sHBB", spelt, len(spelt) + 2, kind, 1)
    return head + struct.pack("<LLL36xLQ", _FREE, _FREE, child, start, size)
