"""`make run`: the portal with everything it needs, on one machine. No app imports this package."""

import re
from pathlib import Path

# The names that settings.py reads from the environment, taken from its text: they are needed before it can run.
SETTINGS = frozenset(
    re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', Path(__file__).parents[1].joinpath("settings.py").read_text())
)
