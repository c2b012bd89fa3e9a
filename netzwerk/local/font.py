"""Cuts the font of the pages from its package: the repository holds no third party's file."""

from importlib.resources import files

from fontTools import subset  # type: ignore[import-untyped]

from netzwerk.environment import DATA_DIR

FONT = DATA_DIR / "font" / "fonts" / "figtree.woff2"  # settings.py names the folder, static/css/tokens.css the file
UNICODES = "U+20-7E,U+A0-17F,U+2010-2026,U+2030,U+20AC,U+2190-2193,U+2212,U+D7"
FEATURES = "kern,liga,tnum,lnum,ccmp,mark,locl"


def cut() -> None:
    """Makes FONT unless it is there."""
    if FONT.exists():
        return
    whole = files("fontpkg_figtree") / "files" / "Figtree[wght].ttf"
    fresh = FONT.with_suffix(".new")
    FONT.parent.mkdir(parents=True, exist_ok=True)
    options = ["--flavor=woff2", f"--unicodes={UNICODES}", f"--layout-features={FEATURES}"]
    subset.main([str(whole), f"--output-file={fresh}", *options])
    fresh.rename(FONT)


if __name__ == "__main__":
    cut()
