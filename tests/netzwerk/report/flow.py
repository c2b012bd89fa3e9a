"""Whether so many people can have come, stayed and gone: an exact answer, for `test_rounding`."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable

Node = Hashable
# From a node to a node, at least and at most so many.
Arc = tuple[Node, Node, int, int]
MANY = 10**6


def is_possible(arcs: Iterable[Arc]) -> bool:
    """Whether a circulation of whole numbers keeps all bounds (Hoffman's theorem, by a maximal flow)."""
    room: dict[Node, dict[Node, int]] = defaultdict(lambda: defaultdict(int))
    wanted = 0
    for place, (start, end, low, high) in enumerate(arcs):
        if low > high:
            return False
        middle = ("arc", place)  # so that two arcs may join the same nodes
        room[start][middle] += high - low
        room[middle][end] += high - low
        room["source"][end] += low
        room[start]["sink"] += low
        wanted += low
    while path := _path(room):
        pushed = min(room[start][end] for start, end in path)
        for start, end in path:
            room[start][end] -= pushed
            room[end][start] += pushed
        wanted -= pushed
    return wanted == 0


def _path(room: dict[Node, dict[Node, int]]) -> list[tuple[Node, Node]]:
    """The shortest way from the source to the sink on which there is room."""
    came: dict[Node, Node] = {"source": "source"}
    left = deque(["source"])
    while left and "sink" not in came:
        here = left.popleft()
        for there, free in room[here].items():
            if free > 0 and there not in came:
                came[there] = here
                left.append(there)
    found = []
    here = "sink"
    while here in came and here != "source":
        found.append((came[here], here))
        here = came[here]
    return found if "sink" in came else []
