"""A refusal: a code and a place (declaration.md, "Refusals")."""


class Refusal(Exception):
    """The first fault of a document. `at` is a JSON pointer, or `byte N`."""

    def __init__(self, code: str, at: str):
        super().__init__(code, at)
        self.code, self.at = code, at

    def __str__(self) -> str:
        return f"{self.code} at {self.at or 'the top'}"


def at_byte(code: str, offset: int) -> Refusal:
    return Refusal(code, f"byte {offset}")


def at_place(code: str, path: tuple) -> Refusal:
    """`path` holds unescaped reference tokens: member names and list indices."""
    return Refusal(code, "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path))
