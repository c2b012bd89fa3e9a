"""A few cases of one kind are looked at all the time, and all of them before something lands."""

from collections.abc import Iterable

import pytest


def one_in(number: int, cases: Iterable[object]) -> list[object]:
    """The cases for `parametrize`: the first, and every `number`-th after it, as they are, the others marked slow."""
    return [pytest.param(case, marks=pytest.mark.slow) if place % number else case for place, case in enumerate(cases)]
