"""The parameters of one call, however they came: query, form, multipart or JSON."""

import json
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.telegram.wire import Json, RefusalError, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes", "t")

    def json(self, name: str) -> object:
        """Lists and objects come as JSON text in forms and as themselves in JSON bodies."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def list(self, name: str) -> "list[Json]":
        value = self.json(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name}: Array expected")
        return value or []


async def read_parameters(request: web.Request) -> Parameters:
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        return Parameters(values | await _read_json(request))
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise RefusalError(413, "Request Entity Too Large") from None
    uploads: dict[str, Upload] = {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename or "file", value.file.read())
        else:
            values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return Parameters(values, uploads)


async def _read_json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("can't parse JSON object")
    return body
