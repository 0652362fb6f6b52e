"""Rows of an answer told twice or in the wrong order."""

from collections.abc import Callable

Change = Callable[[list[object]], list[object]]


def twice(rows: list[object]) -> list[object]:
    return [row for row in rows for _ in range(2)]


def shuffled(rows: list[object]) -> list[object]:
    """Every second row first: no two neighbours stay neighbours, and two change places."""
    return rows[1::2] + rows[::2]


def with_rows(body: object, change: Change) -> object:
    """The answer with its rows changed, wherever a venue keeps them: bare, in `data`, in `result.list`."""
    if isinstance(body, list):
        return change(body)
    if not isinstance(body, dict):
        return body
    for name in ("data", "list"):
        if isinstance(body.get(name), list):
            return {**body, name: change(body[name])}
    if isinstance(body.get("result"), dict):
        return {**body, "result": with_rows(body["result"], change)}
    return body
