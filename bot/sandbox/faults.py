"""Faults that can be switched on for a while: what the exchanges and Telegram do on their bad days."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from aiohttp import web

COMMON_KINDS = ("errors", "garbage", "silence")
TELEGRAM_KINDS = (
    *COMMON_KINDS,
    "slow",
    "dropped",
    "bad_gateway",
    "blocked",
    "kicked",
    "flood",
    "lost_answer",
    "thread_gone",
    "conflict",
    "unauthorized",
)
KINDS: dict[str, tuple[str, ...]] = {
    "binance": COMMON_KINDS,
    "okx": COMMON_KINDS,
    "bybit": COMMON_KINDS,
    "gate": COMMON_KINDS,
    "telegram": TELEGRAM_KINDS,
}
SERVER_ERROR = {"ok": False, "error_code": 500, "description": "Internal Server Error"}
ALIASES = {"blocked_by_user": "blocked", "blocked_by_the_user": "blocked"}
LONGEST_SECONDS = 86_400.0


class UnknownFaultError(ValueError):
    """The sentence says what would have been accepted."""


@dataclass(frozen=True, slots=True)
class Fault:
    target: str
    kind: str
    until: float
    details: dict[str, object] = field(default_factory=dict)


class FaultBoard:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._faults: dict[tuple[str, str], Fault] = {}
        self._changed = asyncio.Event()

    def switch(self, target: str, kind: str, seconds: float, **details: object) -> None:
        """Seconds count from now on the wall; 0 switches the fault off."""
        kind = _plain(kind)
        _check(target, kind, seconds)
        self._faults.pop((target, kind), None)
        if seconds:
            self._faults[target, kind] = Fault(target, kind, self._clock() + seconds, details)
        self._tell_waiters()

    def active(self, target: str, kind: str) -> bool:
        return self.find(target, kind) is not None

    def find(self, target: str, kind: str) -> Fault | None:
        fault = self._faults.get((target, kind))
        return fault if fault is not None and fault.until > self._clock() else None

    def seconds_left(self, target: str, kind: str) -> float:
        fault = self.find(target, kind)
        return 0.0 if fault is None else fault.until - self._clock()

    def clear(self, target: str | None = None) -> None:
        self._faults = {key: one for key, one in self._faults.items() if target not in (None, one.target)}
        self._tell_waiters()

    async def wait_until_over(self, target: str, kind: str) -> None:
        while left := self.seconds_left(target, kind):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    def listing(self) -> list[dict[str, object]]:
        now = self._clock()
        return [
            {"target": one.target, "kind": one.kind, "seconds": round(one.until - now, 3), **one.details}
            for one in self._faults.values()
            if one.until > now
        ]

    def _tell_waiters(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _plain(kind: str) -> str:
    """People write "blocked by user" as well."""
    word = kind.strip().lower().replace(" ", "_").replace("-", "_")
    return ALIASES.get(word, word)


def _check(target: str, kind: str, seconds: float) -> None:
    if target not in KINDS:
        raise UnknownFaultError(f"Unknown target {target!r}: choose from {', '.join(KINDS)}.")
    if kind not in KINDS[target]:
        raise UnknownFaultError(
            f"Unknown kind {kind!r} for {target}: choose from {', '.join(KINDS[target])}."
        )
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise UnknownFaultError(f"Seconds must be from 0 to {LONGEST_SECONDS:.0f}, not {seconds}.")


async def disturb(faults: FaultBoard, target: str, request: web.Request) -> web.Response | None:
    """What a request gets instead of its answer while a fault of the line is on; None lets it through."""
    if faults.active(target, "silence"):
        await faults.wait_until_over(target, "silence")
        return drop(request)
    if faults.active(target, "dropped"):
        return drop(request)
    if faults.active(target, "errors"):
        return web.json_response(SERVER_ERROR, status=500)
    if faults.active(target, "garbage"):
        return web.Response(
            text="<html><body><h1>Down for a moment</h1></body></html>", content_type="text/html"
        )
    return None


def drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)
