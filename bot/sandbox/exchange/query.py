"""The parameters of a request."""

from collections.abc import Mapping


class Malformed(ValueError):
    """A parameter that should be a whole number is not; the argument is its name."""


class Query:
    def __init__(self, given: Mapping[str, str], headers: Mapping[str, str] | None = None) -> None:
        self._given = given
        self.headers: Mapping[str, str] = headers or {}

    def text(self, name: str, default: str = "") -> str:
        return self._given.get(name, default)

    def whole(self, name: str) -> int | None:
        given = self._given.get(name, "")
        if given == "":
            return None
        try:
            return int(given)
        except ValueError as error:
            raise Malformed(name) from error

    def limit(self, default: int, most: int) -> int:
        """How many rows: venues cut a larger wish to what they give."""
        return max(1, min(self.whole("limit") or default, most))
