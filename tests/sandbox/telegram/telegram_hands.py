"""Hands for the people in the chats, and a clock that a test winds."""

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp

from bot.sandbox.telegram.telegram import Telegram

# What the interface answers: lists and objects as they come.
Answer = Any


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Sandbox:
    root: str
    http: aiohttp.ClientSession
    telegram: Telegram
    clock: Clock

    async def api(self, method: str, path: str, **body: object) -> Answer:
        async with self.http.request(method, f"{self.root}/api/{path}", json=body or None) as answer:
            return await answer.json()

    async def status(self, method: str, path: str, **body: object) -> tuple[int, Answer]:
        async with self.http.request(method, f"{self.root}/api/{path}", json=body or None) as answer:
            return answer.status, await answer.json()

    async def call(self, method: str, **parameters: object) -> Answer:
        """The raw Bot API, for what the client library would not send."""
        async with self.http.post(f"{self.root}/bot1:sandbox/{method}", json=parameters) as answer:
            return await answer.json()

    async def refusal(self, method: str, **parameters: object) -> str:
        """The description of the error that this call must be answered with."""
        answer = await self.call(method, **parameters)
        assert answer["ok"] is False, answer
        return str(answer["description"])

    async def result(self, method: str, **parameters: object) -> Answer:
        answer = await self.call(method, **parameters)
        assert answer["ok"] is True, answer
        return answer["result"]

    async def upload(self, method: str, files: dict[str, bytes], **fields: object) -> Answer:
        form = aiohttp.FormData()
        for name, value in fields.items():
            form.add_field(name, str(value))
        for name, data in files.items():
            form.add_field(
                name, BytesIO(data), filename=f"{name}.png", content_type="application/octet-stream"
            )
        async with self.http.post(f"{self.root}/bot1:sandbox/{method}", data=form) as answer:
            return await answer.json()

    async def heard(self, **parameters: object) -> list[Answer]:
        """The updates that wait for the bot, confirmed at once."""
        updates: list[Answer] = await self.result("getUpdates", **parameters)
        if updates:
            await self.result("getUpdates", offset=updates[-1]["update_id"] + 1)
        return updates

    async def chat(self, kind: str) -> Answer:
        return next(one for one in await self.api("GET", "chats") if one["type"] == kind)

    async def messages(self, chat_id: int, after: int = 0) -> list[Answer]:
        found: list[Answer] = await self.api("GET", f"chats/{chat_id}/messages?after={after}")
        return found

    async def say(self, chat_id: int, text: str, **more: object) -> Answer:
        return await self.api("POST", f"chats/{chat_id}/messages", text=text, **more)


def png(width: int, height: int, size: int = 100) -> bytes:
    """A picture as far as its header says."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return head.ljust(size, b"\0")
