"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio

from aiohttp import web

from bot.sandbox.faults import disturb, drop
from bot.sandbox.telegram.methods import METHODS
from bot.sandbox.telegram.parameters import read_parameters
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, RefusalError

HEARS = "getupdates"
SLOW_SECONDS = 6.0


def add_bot_api(app: web.Application, telegram: Telegram) -> None:
    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(telegram, request)

    async def download(request: web.Request) -> web.StreamResponse:
        stored = telegram.shelf.find_path(request.match_info["path"])
        if stored is None:
            return _answer(RefusalError(404, "Not Found").answer())
        return web.Response(body=stored.data, content_type="application/octet-stream")

    app.router.add_route("*", "/bot{token:[^/]+}/{method}", call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", download)


async def _call(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    disturbed = await disturb(telegram.faults, "telegram", request) or _bad_gateway(telegram)
    if disturbed is not None:
        return disturbed
    name = request.match_info["method"].lower()
    try:
        answer: Json = {"ok": True, "result": await _carry_out(telegram, name, request)}
    except RefusalError as refusal:
        answer = refusal.answer()
    if name != HEARS and telegram.faults.active("telegram", "lost_answer"):
        return drop(request)
    await _tarry(telegram)
    return _answer(answer)


async def _tarry(telegram: Telegram) -> None:
    """A slow answer to what is already done."""
    if slow := telegram.faults.find("telegram", "slow"):
        delay = slow.details.get("delay")
        await asyncio.sleep(delay if isinstance(delay, int | float) else SLOW_SECONDS)


async def _carry_out(telegram: Telegram, name: str, request: web.Request) -> object:
    if telegram.faults.active("telegram", "unauthorized"):
        raise RefusalError(401, "Unauthorized")
    method = METHODS.get(name)
    if method is None:
        raise RefusalError(404, "Not Found: method not found")
    return await method(telegram, await read_parameters(request))


def _bad_gateway(telegram: Telegram) -> web.Response | None:
    if not telegram.faults.active("telegram", "bad_gateway"):
        return None
    page = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
    return web.Response(status=502, text=page, content_type="text/html")


def _answer(body: Json) -> web.Response:
    response = web.json_response(body, status=body.get("error_code", 200))
    if "parameters" in body and "retry_after" in body["parameters"]:
        response.headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return response
