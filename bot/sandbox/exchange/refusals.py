"""How each venue turns a client away: too many requests, a ban, the wrong country, maintenance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil

from aiohttp import web

from bot.sandbox.exchange.limits.meter import Standing

Body = Mapping[str, object] | str  # a text is a page


@dataclass(frozen=True)
class Reply:
    status: int
    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        if isinstance(self.body, str):
            kind = "text/html" if self.body.startswith("<") else "text/plain"
            return web.Response(text=self.body, status=self.status, content_type=kind, headers=self.headers)
        return web.json_response(self.body, status=self.status, headers=self.headers)


@dataclass(frozen=True)
class Refusals:
    """`rate_limited` and `banned` are told the seconds to wait and the venue's own time (ms) when it is over;
    `headers` come with every answer."""

    rate_limited: Callable[[float, int], Reply]
    banned: Callable[[float, int], Reply]
    blocked: Reply
    maintenance: Reply
    headers: Callable[[Standing, int], dict[str, str]]


def _retry_after(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(ceil(seconds))}


def _binance_limited(seconds: float, until_ms: int) -> Reply:
    said = "Too many requests; current limit is 2400 request weight per 1 MINUTE."
    return Reply(429, {"code": -1003, "msg": said}, _retry_after(seconds))


def _binance_banned(seconds: float, until_ms: int) -> Reply:
    said = f"Way too many requests; IP(127.0.0.1) banned until {until_ms}."
    return Reply(418, {"code": -1003, "msg": said}, _retry_after(seconds))


BINANCE = Refusals(
    rate_limited=_binance_limited,
    banned=_binance_banned,
    blocked=Reply(451, {"code": 0, "msg": "Service unavailable from a restricted location."}),
    maintenance=Reply(503, {"code": 1, "msg": "System is under maintenance."}),
    headers=lambda standing, _: {"X-MBX-USED-WEIGHT-1M": str(standing.used)},
)


def _okx(status: int, code: str, said: str) -> Reply:
    return Reply(status, {"code": code, "msg": said, "data": []})


def _okx_limited(seconds: float, until_ms: int) -> Reply:
    return _okx(429, "50011", "Too Many Requests")


OKX = Refusals(
    rate_limited=_okx_limited,
    banned=_okx_limited,
    blocked=Reply(403, "<html><head><title>Access denied</title></head><body>Error 1009</body></html>"),
    maintenance=_okx(503, "50001", "Service temporarily unavailable. Please try again later"),
    headers=lambda standing, until_ms: {},
)


def _bybit(code: int, said: str) -> Mapping[str, object]:
    return {"retCode": code, "retMsg": said, "result": {}, "retExtInfo": {}}


def _bybit_headers(used: int, most: int, until_ms: int) -> dict[str, str]:
    return {
        "X-Bapi-Limit": str(most),
        "X-Bapi-Limit-Status": str(max(0, most - used)),
        "X-Bapi-Limit-Reset-Timestamp": str(until_ms),
    }


def _bybit_limited(seconds: float, until_ms: int) -> Reply:
    return Reply(429, _bybit(10006, "Too many visits!"), _bybit_headers(1, 1, until_ms))


BYBIT = Refusals(
    rate_limited=_bybit_limited,
    banned=lambda seconds, until_ms: Reply(403, "403, access too frequent"),
    blocked=Reply(
        403,
        "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>403 ERROR</H1>"
        "CloudFront is configured to block access from your country.</BODY></HTML>",
    ),
    maintenance=Reply(503, _bybit(10016, "Service is under maintenance.")),
    headers=lambda standing, until_ms: _bybit_headers(standing.used, standing.most, until_ms),
)


def _gate(status: int, label: str, said: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, {"label": label, "message": said}, headers or {})


def _gate_headers(used: int, most: int, until_ms: int) -> dict[str, str]:
    return {
        "X-Gate-RateLimit-Limit": str(most),
        "X-Gate-RateLimit-Requests-Remain": str(max(0, most - used)),
        "X-Gate-RateLimit-Reset-Timestamp": str(until_ms // 1000),
    }


def _gate_limited(seconds: float, until_ms: int) -> Reply:
    headers = _gate_headers(1, 1, until_ms)
    return _gate(429, "TOO_MANY_REQUESTS", "Request Rate limit Exceeded", headers)


GATE = Refusals(
    rate_limited=_gate_limited,
    banned=_gate_limited,
    blocked=_gate(403, "FORBIDDEN", "Service unavailable in your region"),
    maintenance=_gate(503, "SERVER_ERROR", "System under maintenance"),
    headers=lambda standing, until_ms: _gate_headers(standing.used, standing.most, until_ms),
)

REFUSALS = {"binance": BINANCE, "okx": OKX, "bybit": BYBIT, "gate": GATE}
