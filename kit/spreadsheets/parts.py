"""The parts of a zipped workbook, taken out without believing what the file says about their size."""

import io
import re
import struct
import zipfile
import zlib

MAX_UNPACKED = 20_000_000  # bytes: far more than 5,000 rows need, too little to fill a server's memory
MAX_PARTS = 1_000
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # the mark, the lengths of the name and of the extra field
_NEEDED = (".xml", ".rels", ".bin", "mimetype")  # pictures are not
# calamine reads a cell with an error as empty; as a text it stays visible.
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*\bt=)(["'])e\2""")


class TooLarge(ValueError):
    """The parts hold more than MAX_UNPACKED bytes, or there are more than MAX_PARTS."""


class Damaged(ValueError):
    """It is no zip that a spreadsheet program writes."""


def repacked(content: bytes) -> io.BytesIO:
    """A zip of the same parts that is not compressed: its reader sees exactly the bytes that were counted here.

    Raises TooLarge, Damaged, or what zipfile raises.
    """
    room, result = MAX_UNPACKED, io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        parts = {part.filename: part for part in old.infolist() if part.filename.endswith(_NEEDED)}
        if len(parts) > MAX_PARTS:
            raise TooLarge
        for name, part in parts.items():
            data = _inflated(content, part, room)
            room -= len(data)
            new.writestr(name, _ERROR_CELL.sub(rb"\1\2str\2", data) if "/worksheets/" in name else data)
    result.seek(0)
    return result


def _inflated(content: bytes, part: zipfile.ZipInfo, room: int) -> bytes:
    """The bytes that are really in it, at most `room`. Only what says where they begin is taken from the headers."""
    if part.flag_bits & 1:
        raise Damaged("encrypted")
    mark, name_length, extra_length = _LOCAL_HEADER.unpack_from(content, part.header_offset)
    begin = part.header_offset + 30 + name_length + extra_length
    packed = content[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        data, whole = packed, True
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflater.decompress(packed, room + 1)
        whole = inflater.eof
    else:
        raise Damaged("compressed in a way that spreadsheet programs do not use")
    if len(data) > room:
        raise TooLarge
    if mark != b"PK\x03\x04" or not whole or zlib.crc32(data) != part.CRC:
        raise Damaged("the headers contradict the bytes")
    return data
