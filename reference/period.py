"""A period of a log, and the seven steps of its verification (period.md)."""

from dataclasses import dataclass, field
from pathlib import Path

import log
import steps
from log import need

STEPS = ("parse", "checkpoints", "left", "entries", "tiles", "roots", "question")
MAX_BUNDLE = 2 + log.MAX_ENTRY


@dataclass(frozen=True)
class Question:
    """Bounds are in milliseconds since 1970; identities are 32 bytes."""

    since: int | None = None
    until: int | None = None
    absent: tuple[bytes, ...] = ()


@dataclass
class Verdict:
    """What held: the sizes of the two trees, and the entries asked for, the last not included."""

    holds: bool = False
    origin: str | None = None
    before: int | None = None
    size: int | None = None
    entries: tuple[int, int] | None = None
    reason: str | None = None
    checked: list[str] = field(default_factory=list)


def verify(folder: Path, key: log.Key, question: Question = Question()) -> Verdict:
    """If nothing was checked, the directory is no period, and there is no verdict."""
    verdict = Verdict()
    return steps.run(verdict, STEPS, _steps(verdict, folder, key, question))


def _steps(verdict: Verdict, folder: Path, key: log.Key, question: Question):
    """Names each step, then does it."""
    yield "parse"
    data = _file(folder, "checkpoint", log.MAX_NOTE)
    log.checkpoint(log.note(data).text)

    yield "checkpoints"
    checkpoint, before, s0 = log.opened(data, key), None, 0
    if (folder / "checkpoint.before").is_file():
        before = log.opened(_file(folder, "checkpoint.before", log.MAX_NOTE), key)
        s0 = before.size
    s1 = checkpoint.size
    need(s0 <= s1, "the older checkpoint is of a larger log")

    yield "left"
    neighbour = max(s0 - 1, 0)
    first = neighbour - neighbour % 256
    stack = Stack()
    for level in range(7, 0, -1):
        hashes = first >> 8 * level
        if hashes % 256:
            tile = _tile(folder, level, hashes // 256, s1)
            for node in tile[: hashes % 256]:
                stack.append(node, 8 * level)

    yield "entries"
    raw = []
    for number, width in log.tiles(first // 256, s1):
        path = log.tile_path("entries", number, width)
        raw += log.bundle(_file(folder, path, width * MAX_BUNDLE), width, path)
    entries = log.entries(raw, first, checkpoint.origin)

    yield "tiles"
    old_root = stack.root() if first == s0 else None
    nodes = [log.leaf_hash(data) for data in raw]
    for index, leaf in enumerate(nodes, first):
        stack.append(leaf, 0)
        if index + 1 == s0:
            old_root = stack.root()
    # Above level 0 the hashes of a tile that are left of the files come from the tile itself.
    level, index = 0, first
    while s1 >> 8 * level:
        number = index // 256
        left = _tile(folder, level, number, s1)[: index % 256] if 256 * number < s1 >> 8 * level else []
        nodes = left + nodes
        for at, width in log.tiles(number, s1 >> 8 * level):
            offset = 256 * (at - number)
            stored = _tile(folder, level, at, s1)
            for i in range(width):
                place = f"entry {256 * at + i}" if level == 0 else log.tile_path(str(level), at, width)
                need(stored[i] == nodes[offset + i], f"{place} has another hash")
        nodes = [log.root_of(nodes[i : i + 256]) for i in range(0, len(nodes) - 255, 256)]
        level, index = level + 1, number

    yield "roots"
    need(before is None or old_root == before.root, "checkpoint.before: the entries have another root")
    need(stack.root() == checkpoint.root, "checkpoint: the entries have another root")

    yield "question"
    clocks = [entry["at"] for entry in entries]
    since, until = question.since, question.until
    if since is not None and s0:
        need(clocks[s0 - 1 - first] < since, f"entry {s0 - 1}, before the period, is of the time asked for")
    if until is not None:
        need(s1 > 0 and clocks[-1] >= until, "no entry is later than the time asked for")
    asked = [
        index for index, at in enumerate(clocks, first)
        if index >= s0 and (since is None or since <= at) and (until is None or at < until)
    ]
    for index in asked:
        need(entries[index - first].get("id") not in question.absent, f"entry {index} is of a record said to be absent")
    # The clock does not go back, so these entries follow each other, after those that are too old.
    start = s0 + sum(since is not None and at < since for at in clocks[s0 - first :])
    verdict.entries = (start, start + len(asked))
    verdict.origin, verdict.before, verdict.size = checkpoint.origin, s0, s1


class Stack:
    """Subtrees that follow each other, each with the logarithm of its number of entries."""

    def __init__(self):
        self.nodes: list[tuple[int, bytes]] = []

    def append(self, node: bytes, height: int) -> None:
        while self.nodes and self.nodes[-1][0] == height:
            node, height = log.node_hash(self.nodes.pop()[1], node), height + 1
        self.nodes.append((height, node))

    def root(self) -> bytes:
        *rest, (_, root) = self.nodes or [(0, log.EMPTY_ROOT)]
        for _, node in reversed(rest):
            root = log.node_hash(node, root)
        return root


def _tile(folder: Path, level: int, number: int, size: int) -> list[bytes]:
    """The hashes of a tile in a tree of this size."""
    width = min(256, (size >> 8 * level) - 256 * number)
    path = log.tile_path(str(level), number, width)
    data = _file(folder, path, 32 * width)
    need(len(data) == 32 * width, f"{path} has not {width} hashes")
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def _file(folder: Path, path: str, most: int) -> bytes:
    """A pipe or a directory is no file of a period; opening a pipe would wait for its writer."""
    file = folder / path
    need(file.is_file(), f"{path} is not there, or not a regular file")
    with file.open("rb") as opened:
        data = opened.read(most + 1)
    need(len(data) <= most, f"{path} is too long")
    return data
