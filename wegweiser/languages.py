"""The languages in which help is given, by code (ISO 639-1; dgs and ls are ours)."""

from collections.abc import Iterable

LANGUAGES = {
    "de": "Deutsch",
    "ls": "Leichte Sprache",
    "dgs": "Deutsche Gebärdensprache",
    "en": "Englisch",
    "uk": "Ukrainisch",
    "ru": "Russisch",
    "tr": "Türkisch",
    "ar": "Arabisch",
    "fa": "Persisch (Dari, Farsi)",
    "ku": "Kurdisch",
    "ps": "Paschtu",
    "pl": "Polnisch",
    "ro": "Rumänisch",
    "bg": "Bulgarisch",
    "sq": "Albanisch",
    "hr": "Kroatisch",
    "sr": "Serbisch",
    "bs": "Bosnisch",
    "el": "Griechisch",
    "it": "Italienisch",
    "es": "Spanisch",
    "pt": "Portugiesisch",
    "fr": "Französisch",
    "nl": "Niederländisch",
    "hu": "Ungarisch",
    "ti": "Tigrinya",
    "so": "Somali",
    "ta": "Tamil",
    "zh": "Chinesisch",
    "vi": "Vietnamesisch",
}
# Nearly every office speaks it, so nobody looks for it.
USUAL = "de"
# Each language's own name: somebody new to German looks for it on a German page.
OWN_NAMES = {
    "en": "English",
    "uk": "Українська",
    "ru": "Русский",
    "tr": "Türkçe",
    "ar": "العربية",
    "fa": "فارسی",
    "ku": "Kurdî",
    "ps": "پښتو",
    "pl": "Polski",
    "ro": "Română",
    "bg": "Български",
    "sq": "Shqip",
    "hr": "Hrvatski",
    "sr": "Srpski",
    "bs": "Bosanski",
    "el": "Ελληνικά",
    "it": "Italiano",
    "es": "Español",
    "pt": "Português",
    "fr": "Français",
    "nl": "Nederlands",
    "hu": "Magyar",
    "ti": "ትግርኛ",
    "so": "Soomaali",
    "ta": "தமிழ்",
    "zh": "中文",
    "vi": "Tiếng Việt",
}
# Those that are not said with "auf".
_SAID = {"ls": "in Leichter Sprache", "dgs": "in Deutscher Gebärdensprache"}
_BY_NAME = {name.casefold(): code for code, name in LANGUAGES.items()} | {
    "persisch": "fa",
    "dari": "fa",
    "farsi": "fa",
    "gebärdensprache": "dgs",
    "ua": "uk",
}


def find(text: str) -> str:
    """The code for a word, which is itself a code or a name; "" if it is unknown."""
    word = text.strip().casefold()
    return word if word in LANGUAGES else _BY_NAME.get(word, "")


def name(code: str) -> str:
    return LANGUAGES.get(code, code)


def said(code: str) -> str:
    """Such as "auf Türkisch"."""
    return _SAID.get(code, f"auf {name(code)}")


def all_said(codes: Iterable[str]) -> str:
    """Such as "auf Türkisch, Russisch, in Leichter Sprache"."""
    codes = list(codes)
    named = ", ".join(name(code) for code in codes if code not in _SAID)
    return ", ".join(filter(None, [named and f"auf {named}", *(_SAID[code] for code in codes if code in _SAID)]))
