"""Takes out of a JPEG what tells when, where and with which device a photo was made."""

_START, _SCAN = b"\xff\xd8", 0xDA
# Exif and XMP are APP1, IPTC is APP13, comments are COM. APP2 (colours) and APP14 (Adobe's) change what one sees.
_TELLING = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}


def without_metadata(jpeg: bytes) -> bytes:
    """The same picture. What is no JPEG, or is damaged before the picture begins, comes back as it is."""
    if not jpeg.startswith(_START):
        return jpeg
    kept, at = [_START], len(_START)
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == _SCAN:
            return b"".join([*kept, jpeg[at:]])
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker not in _TELLING:
            kept.append(jpeg[at : at + 2 + length])
        at += 2 + length
    return jpeg
