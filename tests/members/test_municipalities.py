"""Where somebody lives, as it stands in the list."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from members.municipalities import find


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Siegen", "siegen"),
        ("Siegen-Weidenau", "siegen"),
        ("57076 Siegen", "siegen"),
        ("D-57072 Siegen", "siegen"),
        ("Siegen, Geisweid", "siegen"),
        ("Geisweid", "siegen"),
        ("Stadt Siegen", "siegen"),
        ("Universitätsstadt Siegen", "siegen"),
        ("Siegen Mitte", "siegen"),
        ("Kaan-Marienborn", "siegen"),
        ("Kaan Marienborn", "siegen"),
        ("Bürbach", "siegen"),
        ("57078", "siegen"),
        ("Neunkirchen (Siegerland)", "neunkirchen"),
        ("Neunkirchen im Siegerland", "neunkirchen"),
        ("57290 Neunkirchen", "neunkirchen"),
        ("Neunkirchen-Salchendorf", "neunkirchen"),
        ("Kreuztal / Ferndorf", "kreuztal"),
        ("Eichen (Kreuztal)", "kreuztal"),
        ("ferndorf", "kreuztal"),
        ("Bad-Laasphe", "bad-laasphe"),
        ("BAD LAASPHE", "bad-laasphe"),
        ("Laasphe", "bad-laasphe"),
        ("Sassmannshausen", "bad-laasphe"),
        ("Bad Berleburg-Aue", "bad-berleburg"),
        ("Erndtebrueck", "erndtebrueck"),
        ("Erndtebru\u0308ck", "erndtebrueck"),
        ("ERNDTEBRÜCK", "erndtebrueck"),
        ("Dreis-Tiefenbach", "netphen"),
        ("Dreistiefenbach", "netphen"),
        ("57250 Salchendorf", "netphen"),
        ("Burbach", "burbach"),
        ("57299 Holzhausen", "burbach"),
        ("Gemeinde Wilnsdorf", "wilnsdorf"),
        (" Hilchenbach\u00a0", "hilchenbach"),
        ("Freudenberg", "freudenberg"),
        ("57070 Siegen", "siegen"),
    ],
)
def test_a_town_of_the_district_is_recognised(written: str, slug: str) -> None:
    assert find(written) == slug


@pytest.mark.parametrize(
    "written",
    [
        "Biedenkopf",
        "35216 Biedenkopf",
        "Neunkirchen-Seelscheid",
        "Neunkirchen (Saar)",
        "Neunkirchen/Saar",
        "66538 Neunkirchen",
        "Neunkirchen am Brand",
        "Burbach (Eifel)",
        "Saarbrücken-Burbach",
        "Freudenberg am Main",
        "57632 Eichen",
        "Salchendorf",
        "Buchen",
        "Aue",
        "Зіген",
    ],
)
def test_a_town_elsewhere_is_outside_even_under_a_name_of_ours(written: str) -> None:
    assert find(written) == settings.OUTSIDE


@pytest.mark.parametrize("written", ["", "  ", "-", "?", "–"])
def test_nothing_written_is_nothing_known(written: str) -> None:
    assert find(written) == ""


def test_every_name_of_the_district_leads_to_its_town_in_any_spelling() -> None:
    for slug, name in settings.MUNICIPALITIES.items():
        assert find(name) == find(name.upper()) == find(name.replace(" ", "-")) == slug
    for slug, names in settings.DISTRICTS.items():
        for name in names:
            assert find(name) == slug, name
            assert find(name.replace("ü", "ue").replace("ö", "oe")) == slug, name


def test_no_name_stands_for_two_towns() -> None:
    names = [name.casefold() for names in settings.DISTRICTS.values() for name in names]
    names += [name.casefold() for name in settings.MUNICIPALITIES.values()]
    assert sorted(names) == sorted(set(names))


def test_a_district_without_postcodes_in_its_settings_goes_by_names(settings) -> None:
    settings.MUNICIPALITIES = {"olpe": "Olpe"}
    settings.DISTRICTS = {"olpe": ["Rhode"]}
    assert find("57462 Olpe") == find("Olpe-Rhode") == find("Rhode") == "olpe"
    assert find("57072 Siegen") == settings.OUTSIDE


@given(st.text())
def test_any_text_gives_a_slug_that_exists(text: str) -> None:
    assert find(text) in {*settings.MUNICIPALITIES, settings.OUTSIDE, ""}
