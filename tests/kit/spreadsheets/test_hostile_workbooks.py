"""A workbook of some kilobytes cannot fill the server's memory (S-17)."""

import subprocess
import sys
from pathlib import Path

import pytest

from kit.spreadsheets.reading import MAX_BYTES, Unreadable, read
from kit.spreadsheets.tables import Columns, TableRow
from kit.spreadsheets.workbook_process import MEMORY
from netzwerk.environment import BASE_DIR
from tests import FULL
from tests.kit.spreadsheets.hostile import HEADER, OLENA, WORKSHEET, lying, ods, xlsx, zipped

COLUMNS = Columns(names={"email": ("email",)}, needed="email", missing="Die Spalte fehlt.")
TOO_LARGE = "Die Datei ist ausgepackt zu groß. Bitte die Liste als .csv speichern."
OURS = """
from kit.spreadsheets.reading import Unreadable, read
from kit.spreadsheets.tables import Columns
try:
    read(content, "liste.xlsx", Columns(names={"email": ("email",)}, needed="email", missing="Die Spalte fehlt."))
except Unreadable as refused:
    print(refused.reason)
"""
BELIEVING = """
import io, zipfile
with zipfile.ZipFile(io.BytesIO(content)) as archive:
    assert sum(part.file_size for part in archive.infolist()) < 20_000_000
    for part in archive.infolist():
        try:
            archive.read(part)
        except zipfile.BadZipFile as problem:
            print(problem)
"""
_MEASURED = """
import re, resource, sys
content = open(sys.argv[1], "rb").read()
%s
own = int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])  # ru_maxrss knows the parent's too
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024)
"""


def proof_only(kind: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.proof] if "thousand" in kind or "million" in kind else []


def measured(content: bytes, folder: Path, program: str) -> tuple[str, int]:
    """What the program says to the file, and the most memory that it or its child has held."""
    (folder / "liste.xlsx").write_bytes(content)
    command = [sys.executable, "-c", _MEASURED % program, str(folder / "liste.xlsx")]
    said, held = subprocess.run(
        command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()
    return said, int(held)


def emails(content: bytes) -> list[TableRow]:
    table = read(content, "liste.xlsx", COLUMNS).suggested
    assert table
    return table.rows


def test_583_kilobytes_that_say_they_are_small_take_no_memory(tmp_path: Path) -> None:
    content = lying(megabytes=600 if FULL else 200, says=1_000)
    assert len(content) < 600_000
    reason, held = measured(content, tmp_path, OURS)
    assert reason == TOO_LARGE
    assert held < MEMORY


@pytest.mark.slow
def test_adding_up_what_the_headers_say_takes_all_of_it(tmp_path: Path) -> None:
    """The negative control: how the parts were looked at before, ahead of openpyxl."""
    said, held = measured(lying(megabytes=600 if FULL else 200, says=1_000), tmp_path, BELIEVING)
    assert said.startswith("Bad CRC-32")
    assert held > 200_000_000


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
REPEATED = (
    b'<table:table-row table:number-rows-repeated="%d"><table:table-cell office:value-type="string" '
    b'table:number-columns-repeated="%d"><text:p>olena@example.org</text:p></table:table-cell></table:table-row>'
)
BOMBS = {
    "a cell in the far corner": lambda: xlsx(HEADER + OLENA + FAR),
    "a million cells": lambda: xlsx(HEADER + b"<row>" + b"<c><v>1</v></c>" * 1_300_000 + b"</row>"),
    "one long text sixty thousand times": lambda: xlsx(
        HEADER + b'<row><c t="s"><v>0</v></c></row>' * 60_000, strings=STRINGS % (b"x" * 32_000)
    ),
    "one long text as often as rows are read": lambda: xlsx(
        HEADER + b'<row><c t="s"><v>0</v></c></row>' * 3_000, strings=STRINGS % (b"x" * 32_000)
    ),
    "more parts than any workbook": lambda: zipped({f"xl/{number}.xml": b"" for number in range(1_001)}),
}


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=proof_only(kind)) for kind in BOMBS])
def test_what_grows_while_it_is_read_is_ended(kind: str) -> None:
    content = BOMBS[kind]()
    assert len(content) < MAX_BYTES
    with pytest.raises(Unreadable) as refused:
        emails(content)
    assert refused.value.reason == TOO_LARGE


@pytest.mark.parametrize(("rows", "columns"), [(1_000_000, 1), (1_000_000, 1_000), (2, 16_384)])
def test_an_ods_that_repeats_its_rows_or_columns_is_read_or_ended(rows: int, columns: int) -> None:
    try:
        found = emails(ods(REPEATED % (rows, columns)))
    except Unreadable:
        return
    assert len(found) <= 5_000


def test_a_sheet_that_says_it_is_as_large_as_excel_allows_is_read() -> None:
    content = xlsx(HEADER + OLENA, before=b'<dimension ref="A1:XFD1048576"/>')
    assert emails(content) == [TableRow(2, {"email": "olena@example.org"})]


def test_a_sheet_behind_the_list_may_be_too_large() -> None:
    far = WORKSHEET % (b"", HEADER + FAR)
    assert emails(xlsx(HEADER + OLENA, second=far)) == [TableRow(2, {"email": "olena@example.org"})]
    with pytest.raises(Unreadable, match="ausgepackt zu groß"):
        emails(xlsx(b"<row/>", second=far))


def test_entities_of_its_own_are_not_resolved() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY olena "olena@example.org">]>'
    row = b'<row r="2"><c r="A2" t="str"><v>&olena;</v></c></row>'
    with pytest.raises(Unreadable, match="lässt sich nicht als Tabelle öffnen"):
        emails(xlsx(b"<row/>", second=entity + WORKSHEET % (b"", HEADER + row)))
