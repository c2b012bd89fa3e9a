"""The $placeholders of a text: taken apart, put together, and filled."""

import pytest

from mailings import placeholders


@pytest.mark.parametrize(
    ("source", "taken_apart"),
    [("", [""]), ("a $b c", ["a ", "b", " c"]), ("${b}$$", ["", "b", "$"]), ("$a$b", ["", "a", "", "b", ""])],
)
def test_taken_apart_and_joined_is_filled(source: str, taken_apart: list[str]) -> None:
    values = {"a": "1", "b": "2"}
    assert placeholders.parts(source) == taken_apart
    assert placeholders.join(taken_apart, values) == placeholders.fill(source, values)


@pytest.mark.parametrize("source", ["5 $", "$5", "a $ b"])
def test_a_lone_dollar_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"lone \$"):
        placeholders.parts(source)
