"""Posts updates to the address the bot gave, in order, and tries again until it takes them."""

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from time import time

import aiohttp

from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.wire import Json, bad_request

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
PATIENCE = aiohttp.ClientTimeout(total=30)


@dataclass
class Webhook:
    updates: UpdateQueue
    url: str = ""
    secret: str = ""
    last_error: Json = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str) -> None:
        _check(url, secret)
        await self.stop()
        self.url, self.secret, self.last_error = url, secret, {}
        if url:
            self._task = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def info(self) -> Json:
        facts: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": self.updates.waiting,
        }
        if self.updates.asked:
            facts["allowed_updates"] = self.updates.asked
        return facts | ({"max_connections": 40} if self.url else {}) | self.last_error

    async def _deliver(self) -> None:
        pause = FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            while True:
                await self.updates.arrival()
                update = self.updates.peek(1)[0]
                if await self._post(session, update):
                    self.updates.confirm_before(update["update_id"] + 1)
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> bool:
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers) as answer:
                if answer.ok:
                    return True
                reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
        self.last_error = {"last_error_date": int(time()), "last_error_message": reason}
        return False


def _check(url: str, secret: str) -> None:
    # Telegram insists on https; on loopback plain http is all there is.
    if url and not re.fullmatch(r"https?://\S+", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
