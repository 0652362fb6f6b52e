"""What clients send: JSON objects, or something that is not."""

import json


def parsed(text: str) -> dict[str, object] | None:
    """The object that a client sent, None where it is no JSON object."""
    try:
        request = json.loads(text)
    except ValueError:
        return None
    return request if isinstance(request, dict) else None


def texts(value: object) -> list[str] | None:
    """A list of texts, None where it is something else."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return None
