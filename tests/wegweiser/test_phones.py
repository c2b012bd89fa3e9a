"""Phone numbers as offices write them become links that a phone can dial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegweiser.phones import calls, split, tel


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0271/404-2958, -2301", [("0271/404-2958", "+492714042958"), ("0271/404-2301", "+492714042301")]),
        ("0271/404-3412 u. -3457", [("0271/404-3412", "+492714043412"), ("0271/404-3457", "+492714043457")]),
        ("(0271) 404 – 2234", [("(0271) 404 – 2234", "+492714042234")]),
        ("0271-33716-0", [("0271-33716-0", "+49271337160")]),
        (
            "(0 27 36) 45 56 oder mobil 01 75 – 69 21 000",
            [("(0 27 36) 45 56", "+4927364556"), ("mobil 01 75 – 69 21 000", "+491756921000")],
        ),
        ("110", [("110", "110")]),
        ("116 016", [("116 016", "116016")]),
        ("0800/1110111 und 0800/1110222", [("0800/1110111", "08001110111"), ("0800/1110222", "08001110222")]),
        ("+49 (0)271 404-1", [("+49 (0)271 404-1", "+492714041")]),
        ("0049 271 4041", [("0049 271 4041", "+492714041")]),
        ("030 23125-100; 030 23125-101", [("030 23125-100", "+493023125100"), ("030 23125-101", "+493023125101")]),
        ("0271 4041 (Frau Beil, Zimmer 3)", [("0271 4041 (Frau Beil, Zimmer 3)", "+492714041")]),
        ("auf Anfrage", []),
        ("", []),
    ],
)
def test_a_cell_becomes_calls(cell: str, expected: list[tuple[str, str]]) -> None:
    assert calls(split(cell)) == expected


@given(st.text(max_size=80))
def test_any_text_gives_only_what_a_phone_dials_and_reads_the_same_twice(text: str) -> None:
    parts = split(text)
    assert split("; ".join(parts)) == parts or not any(map(tel, parts))
    for call in calls(parts):
        assert call.tel.lstrip("+").isdigit()
        assert call.tel.isascii()
        assert '"' not in call.tel
