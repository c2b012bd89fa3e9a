"""Solves proofs of work as a visitor's device does, with the few bits that tests ask for."""

import re
from typing import Any

import pytest

from mailings import limits, proof_of_work


def solve(challenge: str) -> str:
    """What the script of the page sends."""
    seed = challenge.partition(":")[0]
    found: list[str] = []
    for part in range(proof_of_work.PARTS):
        number = 0
        while not proof_of_work.is_solution(seed, part, str(number)):
            number += 1
        found.append(str(number))
    return f"{challenge}~{'.'.join(found)}"


def challenge_in(answer: Any) -> str:
    """The challenge that a page shows; "" if it shows none."""
    found = re.search(r'data-challenge="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def shrink(monkeypatch: pytest.MonkeyPatch, scale: int) -> None:
    """Limits of strangers that are `scale` times smaller, and proofs that take few tries."""
    monkeypatch.setattr(proof_of_work, "BITS", 1)
    monkeypatch.setattr(limits, "PER_KIND_HOUR", limits.PER_KIND_HOUR // scale)
    networks = {length: number // scale for length, number in limits.MAIL_NETWORKS.items()}
    monkeypatch.setattr(limits, "MAIL_NETWORKS", networks)
