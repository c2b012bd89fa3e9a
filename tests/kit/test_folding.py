"""What was typed and what is stored are folded alike."""

import pytest
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from kit.folding import Digits, Folded, digits, folded, place_name, sort_key
from mailings.models import RelayStatus


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", "mueller"),
        ("MUELLER", "mueller"),
        ("Weiß", "weiss"),
        ("Frau Yıldız", "frau yildiz"),
        ("Petrović", "petrovic"),
        ("Şükrü Çelik", "suekrue celik"),
        ("Zieliński", "zielinski"),
        ("O'Neill %_", "o'neill %_"),
    ],
)
def test_python_and_postgresql_fold_alike(text: str, expected: str, db) -> None:
    RelayStatus.objects.get_or_create(pk=1)
    assert folded(text) == expected
    assert RelayStatus.objects.values_list(Folded(Cast(Value(text), TextField())), flat=True).get() == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("030 23125-118", "3023125118"),
        ("+49 30 23125 118", "3023125118"),
        ("0049 (30) 23125/118", "3023125118"),
        ("23125 118", "23125118"),
        ("118", ""),
        ("Kim", ""),
        ("kim2017@example.org", ""),
    ],
)
def test_a_number_or_a_part_of_it_is_read_without_gaps_and_codes(typed: str, expected: str) -> None:
    assert digits(typed) == expected


@pytest.mark.parametrize("stored", ["030 23125-118", "+49 30 23125118", "(030) 231 25 118"])
def test_what_was_read_is_a_part_of_every_spelling_that_is_stored(stored: str, db) -> None:
    RelayStatus.objects.get_or_create(pk=1)
    found = RelayStatus.objects.values_list(Digits(Cast(Value(stored), TextField())), flat=True).get()
    assert digits("030 23125 118") in found


@pytest.mark.parametrize("written", ["Erndtebrück", "ERNDTEBRUECK", "Erndtebru\u0308ck", "Erndtébrück"])
def test_a_town_is_known_however_a_list_writes_it(written: str) -> None:
    assert place_name(written) == "erndtebrueck"


def test_names_are_sorted_as_in_a_german_dictionary_and_foreign_letters_stay() -> None:
    assert sorted(["Zoe", "„Ümit“", "Urs", "Ayşe", "Öz", "Ole", "Äpfel"], key=sort_key) == [
        "Äpfel", "Ayşe", "Ole", "Öz", "„Ümit“", "Urs", "Zoe",
    ]  # fmt: skip
    assert sort_key("Олена") == "олена"
