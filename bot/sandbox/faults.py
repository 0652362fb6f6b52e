"""Faults that can be switched on for a while: what the exchanges and Telegram do on their bad days."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from aiohttp import web

from bot.sandbox.fault_kinds import (
    EXCHANGES,
    UnknownFaultError,
    check,
    check_aim,
    completed,
    plain,
)

__all__ = ["Fault", "FaultBoard", "UnknownFaultError", "disturb", "drop"]
SERVER_ERROR = {"ok": False, "error_code": 500, "description": "Internal Server Error"}


class Scene(Protocol):
    """The market in which the exchanges' faults take place."""

    def now_ms(self) -> int: ...

    def contracts(self, venue: str) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Without a series or symbol it is of all; `began_ms` is market time."""

    target: str
    kind: str
    until: float
    series: str | None = None
    symbol: str | None = None
    began_ms: int = 0
    details: dict[str, object] = field(default_factory=dict)

    def touches(self, series: Collection[str] | None, symbol: str | None) -> bool:
        """Whether it concerns any of these series, and this contract; None asks for none in particular."""
        of_series = self.series is None or series is None or self.series in series
        return of_series and (self.symbol is None or symbol is None or self.symbol == symbol)

    def number(self, detail: str) -> float:
        value = self.details[detail]
        assert isinstance(value, int | float)
        return value


class FaultBoard:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._scene: Scene | None = None
        self._faults: dict[tuple[str, str, str | None, str | None], Fault] = {}
        self._changed = asyncio.Event()

    def attach(self, scene: Scene) -> None:
        """From now on faults know the market's time and its contracts."""
        self._scene = scene

    def switch(
        self,
        target: str,
        kind: str,
        seconds: float,
        series: str | None = None,
        symbol: str | None = None,
        **details: object,
    ) -> None:
        """Seconds count from now on the wall; 0 switches the fault off that is aimed at the same."""
        kind = plain(kind)
        check(target, kind, seconds)
        if target in EXCHANGES:
            check_aim(kind, series, symbol)
            self._check_symbol(target, symbol)
            details = completed(kind, details)
        else:
            details |= {} if series is None else {"series": series}
            details |= {} if symbol is None else {"symbol": symbol}
            series = symbol = None
        self._forget_the_past()
        self._faults.pop((target, kind, series, symbol), None)
        if seconds:
            began_ms = 0 if self._scene is None else self._scene.now_ms()
            until = self._clock() + seconds
            fault = Fault(target, kind, until, series, symbol, began_ms, details)
            self._faults[target, kind, series, symbol] = fault
        self._tell_waiters()

    def _check_symbol(self, venue: str, symbol: str | None) -> None:
        known = () if self._scene is None else self._scene.contracts(venue)
        if symbol is not None and known and symbol not in known:
            raise UnknownFaultError(f"{venue} has no contract {symbol!r}: choose from {', '.join(known)}.")

    def active(
        self, target: str, kind: str, series: Collection[str] | None = None, symbol: str | None = None
    ) -> bool:
        return self.find(target, kind, series, symbol) is not None

    def find(
        self, target: str, kind: str, series: Collection[str] | None = None, symbol: str | None = None
    ) -> Fault | None:
        """The fault of that kind that lasts longest of those that touch such a series and symbol."""
        now = self._clock()
        found = [
            fault
            for (of, name, _, _), fault in self._faults.items()
            if of == target and name == kind and fault.until > now and fault.touches(series, symbol)
        ]
        return max(found, key=lambda fault: fault.until, default=None)

    def seconds_left(
        self, target: str, kind: str, series: Collection[str] | None = None, symbol: str | None = None
    ) -> float:
        fault = self.find(target, kind, series, symbol)
        return 0.0 if fault is None else fault.until - self._clock()

    def clear(self, target: str | None = None) -> None:
        self._faults = {key: one for key, one in self._faults.items() if target not in (None, one.target)}
        self._tell_waiters()

    async def wait_until_over(
        self, target: str, kind: str, series: Collection[str] | None = None, symbol: str | None = None
    ) -> None:
        while left := self.seconds_left(target, kind, series, symbol):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    def listing(self) -> list[dict[str, object]]:
        self._forget_the_past()
        return [_as_json(one, one.until - self._clock()) for one in self._faults.values()]

    def _forget_the_past(self) -> None:
        now = self._clock()
        self._faults = {key: one for key, one in self._faults.items() if one.until > now}

    def _tell_waiters(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _as_json(fault: Fault, seconds: float) -> dict[str, object]:
    aim = {"series": fault.series, "symbol": fault.symbol}
    named = {word: value for word, value in aim.items() if value is not None}
    return {
        "target": fault.target,
        "kind": fault.kind,
        "seconds": round(seconds, 3),
        **named,
        **fault.details,
    }


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
