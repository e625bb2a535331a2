"""The rules over a log (records.md, "Rules over the log"): what one record cannot show."""

from dataclasses import dataclass

from log import Tree


class Broken(ValueError):
    """A rule, by its letter, that the record of an entry breaks."""

    def __init__(self, rule: str, what: str):
        super().__init__(f"rule {rule}: {what}")
        self.rule = rule


def need(holds: bool, rule: str, otherwise: str) -> None:
    if not holds:
        raise Broken(rule, otherwise)


@dataclass(frozen=True)
class _Sealed:
    entry: dict
    record: dict


class Rules:
    """The records of a log, from the first to the last."""

    def __init__(self):
        self._sealed: dict[bytes, _Sealed] = {}
        self._subject_of: dict[str, bytes] = {}  # by occurrence, of starts and executions
        self._newest: dict[str, bytes] = {}  # by occurrence, the newest execution
        self._held: set[bytes] = set()  # the holds that are not released
        self._keys: dict[str, bytes | None] = {}  # by name, the fingerprint; None of a key that was destroyed
        self._tree = Tree()

    def genesis(self, leaf: bytes) -> None:
        self._tree.append(leaf)

    def add(self, entry: dict, record: dict, leaf: bytes) -> None:
        """The next entry, which is that of a record, and the record."""
        need(record.get("by", entry["by"]) == entry["by"], "a", "the submitter is not that of the entry")
        if entry["t"] == "supplement":
            self._supplement(entry, record)
        elif entry["t"] == "event":
            self._event(entry, record)
        self._sealed[entry["id"]] = _Sealed(entry, record)
        self._tree.append(leaf)

    def _supplement(self, entry: dict, record: dict) -> None:
        kind, body, subject = record["kind"], record["body"], self._declaration(record["subject"])
        need(subject is not None, "b", "the subject is no declaration that was sealed before")
        if kind == "execution":
            need(body["started"] <= entry["at"], "c", "it began after it was sealed")
            late = body["started"] < subject.entry["at"]
            need(("late" in body) == late, "d", f"it is {'' if late else 'not '}late")
        occurrence = body.get("occurrence")
        known = self._subject_of.get(occurrence)
        need(known in (None, record["subject"]), "e", "the occurrence is one of another declaration")
        opens = kind in ("start", "execution")
        need(known or opens or occurrence is None, "e", "nothing said before that the occurrence began or ended")
        if kind == "start":
            need(occurrence not in self._subject_of, "f", "the occurrence has begun before")
        if kind == "execution":
            need(body.get("amends") == self._newest.get(occurrence), "g", "it does not amend the newest execution")
            self._newest[occurrence] = entry["id"]
        if opens:
            self._subject_of[occurrence] = record["subject"]
        if kind == "timestamp":
            need(body["imprint"]["value"] == subject.entry["sha256"], "h", "the imprint is of something else")
        if kind == "link":
            sealed = "external" in body or self._declaration(body["target"]) is not None
            need(sealed, "i", "the target is no declaration that was sealed before")
        if kind == "review" and "about" in body:
            about = self._sealed.get(body["about"])
            about = about.record.get("subject") if about else None
            need(about == record["subject"], "j", "it is about no supplement of the same declaration")

    def _event(self, entry: dict, record: dict) -> None:
        kind, body = record["kind"], record["body"]
        if kind == "hold":
            self._held.add(entry["id"])
        if kind == "release":
            need(body["hold"] in self._held, "k", "there is no such hold")
            self._held.remove(body["hold"])
        if kind == "key" and body["action"] == "new":
            need(body["name"] not in self._keys, "m", "the name was given to a key before")
            self._keys[body["name"]] = body["fingerprint"]
        elif kind == "key":
            need(self._keys.get(body["name"]) == body["fingerprint"], "m", "there is no such key")
            self._keys[body["name"]] = None
        if kind in ("timestamp", "anchor"):
            small = body["size"] <= self._tree.size
            need(small and self._tree.root(body["size"]) == body["root"], "l", "the log had no such root")

    def _declaration(self, identity: bytes) -> _Sealed | None:
        sealed = self._sealed.get(identity)
        return sealed if sealed and sealed.entry["t"] == "declaration" else None
