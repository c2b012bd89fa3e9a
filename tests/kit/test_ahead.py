"""Making one thing while the one before it is used."""

import threading

import pytest

from kit import ahead


def test_everything_comes_once_and_in_order():
    assert list(ahead.made(str.upper, ["a", "b", "c"])) == ["A", "B", "C"]
    assert list(ahead.made(str.upper, [])) == []


def test_the_second_is_made_while_the_first_is_used():
    made = {"erstes": threading.Event(), "zweites": threading.Event()}

    def make(name: str) -> str:
        made[name].set()
        return name

    found = ahead.made(make, made)
    assert next(found) == "erstes"
    assert made["zweites"].wait(5)  # nobody has asked for it yet
    assert list(found) == ["zweites"]


def test_what_cannot_be_made_is_told_in_its_turn():
    found = ahead.made(int, ["1", "zwei", "3"])
    assert next(found) == 1
    with pytest.raises(ValueError, match="zwei"):
        next(found)


def test_it_is_made_elsewhere_but_items_are_read_here():
    here = threading.current_thread()
    read = (threading.current_thread() for _item in range(2))
    assert all(thread is here for thread in ahead.made(lambda thread: thread, read))
    assert list(ahead.made(lambda _item: threading.current_thread() is here, [1])) == [False]
