"""Workbooks that spreadsheet programs do not write: a few bytes that become very many."""

import io
import struct
import zipfile
import zlib

WORKSHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s<sheetData>%s</sheetData></worksheet>'
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = b"http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": b'<Types xmlns="%s/content-types"/>' % _PACKAGE,
    "_rels/.rels": b'<Relationships xmlns="%s/relationships">'
    b'<Relationship Id="r" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % (_PACKAGE, _OFFICE),
    "xl/workbook.xml": b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="%s">'
    b'<sheets><sheet name="Liste" sheetId="1" r:id="r1"/><sheet name="Mehr" sheetId="2" r:id="r2"/></sheets>'
    b"</workbook>" % _OFFICE,
    "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="%s/relationships">'
    b'<Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>'
    b'<Relationship Id="r2" Type="%s/worksheet" Target="worksheets/sheet2.xml"/>'
    b"</Relationships>" % (_PACKAGE, _OFFICE, _OFFICE),
}
HEADER = b'<row r="1"><c r="A1" t="str"><v>E-Mail</v></c></row>'
OLENA = b'<row r="2"><c r="A2" t="str"><v>olena@example.org</v></c></row>'


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx(rows: bytes, before: bytes = b"", strings: bytes = b"", second: bytes = b"") -> bytes:
    """A workbook with these rows in its first sheet; what stands before them, the shared texts, the second sheet."""
    sheets = {"xl/worksheets/sheet1.xml": WORKSHEET % (before, rows)}
    sheets["xl/worksheets/sheet2.xml"] = second or WORKSHEET % (b"", b"")
    return zipped(_PARTS | sheets | ({"xl/sharedStrings.xml": strings} if strings else {}))


def lying(megabytes: int, says: int) -> bytes:
    """A sheet of so many megabytes of zeros; the headers say that it has `says` bytes."""
    once = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = once.compress(bytes(1_000_000)) + once.flush(zlib.Z_FULL_FLUSH)
    packed = block * megabytes + b"\x03\x00"  # an empty last block
    name = b"xl/worksheets/sheet1.xml"
    whole = zipped(_PARTS)
    end = whole.rindex(b"PK\x05\x06")
    *_, directory_size, directory_at, _comment = struct.unpack("<4s4H2LH", whole[end:])
    sizes = struct.pack("<HHHHH3L2H", 20, 0, 8, 0, 0, 0, len(packed), says, len(name), 0)
    local = b"PK\x03\x04" + sizes + name + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + sizes + struct.pack("<3H2L", 0, 0, 0, 0, directory_at) + name
    directory = whole[directory_at : directory_at + directory_size] + entry
    count = len(_PARTS) + 1
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), directory_at + len(local), 0)
    return whole[:directory_at] + local + directory + closing


def ods(table: bytes, styles: bytes = b"", style: str = "") -> bytes:
    """An OpenDocument spreadsheet with these rows in a sheet of this style."""
    space = b"urn:oasis:names:tc:opendocument:xmlns:%s:1.0"
    names = b" ".join(b'xmlns:%s="%s"' % (name, space % name) for name in (b"office", b"style", b"table", b"text"))
    content = (
        b"<office:document-content %s><office:automatic-styles>%s</office:automatic-styles>"
        b"<office:body><office:spreadsheet>"
        b'<table:table table:name="Liste" table:style-name="%s">%s</table:table>'
        b"</office:spreadsheet></office:body></office:document-content>" % (names, styles, style.encode(), table)
    )
    manifest = b'<manifest:manifest xmlns:manifest="%s"/>' % (space % b"manifest")
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})
