"""Sealed texts: only the keys open them, and none that was changed."""

import pytest

from kit import sealing

OLD, NEW = "ein alter Schlüssel, lang genug", "ein neuer Schlüssel, lang genug"


def test_what_one_key_has_sealed_only_it_opens() -> None:
    sealed = sealing.seal("geheim", [OLD])
    assert "geheim" not in sealed
    assert sealing.unseal(sealed, [OLD]) == "geheim"
    assert sealing.unseal(sealed, [NEW, OLD]) == "geheim"
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, [NEW])


def test_the_first_key_seals() -> None:
    assert sealing.unseal(sealing.seal("geheim", [NEW, OLD]), [NEW]) == "geheim"


@pytest.mark.parametrize("text", ["", "x", "\0", "ü" * 100, "\ud800", "gAAAAA"])
def test_what_nobody_has_sealed_is_unreadable(text: str) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(text, [OLD])


def test_a_seal_that_was_changed_or_is_too_old_is_unreadable(time_machine) -> None:
    time_machine.move_to("2026-11-30T09:00:00+01:00", tick=False)
    sealed = sealing.seal("geheim", [OLD])
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:], [OLD])
    time_machine.move_to("2026-11-30T09:01:00+01:00", tick=False)
    assert sealing.unseal(sealed, [OLD], max_age=60) == "geheim"
    time_machine.move_to("2026-11-30T09:01:01+01:00", tick=False)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, [OLD], max_age=60)


def test_a_digest_is_the_same_under_the_same_key_and_no_other() -> None:
    (old,), both = sealing.digests("code", [OLD]), sealing.digests("code", [NEW, OLD])
    assert both[1] == old
    assert both[0] != old
    assert len(old) == 64
