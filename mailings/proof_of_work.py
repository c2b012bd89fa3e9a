"""A proof of work: a device computes for a second or two before a crowded form takes its request (S-22).

It costs a person nothing and needs no third party. A challenge is bound to the kind of request and to the network, is
valid for half an hour and is signed, so the server keeps nothing; `limits` sees to it that a proof counts once.
`static/js/proof.js` is the other half.
"""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing

# A device tries 2 ** BITS numbers on average for each of the PARTS; many small parts take a steadier time than one.
# As in static/js/proof.js. About a second on a phone, as docs/decisions/proof-of-work.md reckons.
PARTS, BITS = 16, 14
VALID = timedelta(minutes=30)
_LONGEST = 600


def challenge(kind: str, network: str) -> str:
    """A new task for requests of this kind from this network: "seed:time:signature"."""
    return signing.dumps(secrets.token_urlsafe(12), salt=_salt(kind, network))


def solved(proof: str, kind: str, network: str) -> str:
    """The seed of the challenge that `proof`, "challenge~number.number…", solves; "" if it solves none of ours."""
    if len(proof) > _LONGEST or not proof.isascii():
        return ""
    task, _, numbers = proof.partition("~")
    try:
        signing.loads(task, salt=_salt(kind, network), max_age=VALID)
    except signing.BadSignature:
        return ""
    seed, counters = task.partition(":")[0], numbers.split(".")
    right = len(counters) == PARTS and all(is_solution(seed, part, number) for part, number in enumerate(counters))
    return seed if right else ""


def is_solution(seed: str, part: int, number: str) -> bool:
    """Whether SHA-256 of "seed:part:number" begins with BITS zeros."""
    digest = hashlib.sha256(f"{seed}:{part}:{number}".encode()).digest()
    return number.isdecimal() and int.from_bytes(digest[:4]) >> (32 - BITS) == 0


def _salt(kind: str, network: str) -> str:
    return f"mailings.proof_of_work {kind} {network}"
