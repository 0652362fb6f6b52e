"""The JSON interface behind the chat page, for tests and tools as well."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.faults import UnknownFaultError
from bot.sandbox.telegram import gestures, people
from bot.sandbox.telegram.chat import Chat, Member
from bot.sandbox.telegram.people import NotPossibleError
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, RefusalError
from bot.sandbox.telegram.world_builder import build_chat, build_person, change_bot

LONGEST_WATCH = 25.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class JsonInterface:
    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def add_routes(self, app: web.Application) -> None:
        chat = "/api/chats/{chat_id}"
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/api/chats", self.list_chats),
            ("POST", "/api/chats", self.add_chat),
            ("POST", "/api/people", self.add_person),
            ("GET", "/api/changes", self.watch),
            ("GET", chat + "/messages", self.list_messages),
            ("POST", chat + "/messages", self.say),
            ("PATCH", chat + "/messages", self.edit),
            ("PATCH", chat + "/messages/{message_id}", self.edit),
            ("POST", chat + "/taps", self.tap),
            ("POST", chat + "/starts", self.start),
            ("POST", chat + "/shared", self.share),
            ("POST", chat + "/bot", self.change_bot),
            ("POST", chat + "/migration", self.migrate),
            ("POST", "/api/inline", self.ask_inline),
            ("GET", "/api/files/{file_id}", self.file),
            ("GET", "/api/commands", self.commands),
            ("GET", "/api/faults", self.list_faults),
            ("POST", "/api/faults", self.switch_fault),
            ("DELETE", "/api/faults", self.clear_faults),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, path, _in_sentences(handler))

    async def list_chats(self, request: web.Request) -> web.Response:
        return web.json_response([self._as_json(chat) for chat in self._telegram.world.chats.values()])

    async def add_chat(self, request: web.Request) -> web.Response:
        chat = build_chat(self._telegram.world, await _body(request))
        return web.json_response(self._as_json(chat))

    async def add_person(self, request: web.Request) -> web.Response:
        return web.json_response(build_person(self._telegram.world, await _body(request)))

    async def watch(self, request: web.Request) -> web.Response:
        """Answers when something changed after `since`, or when the time is up."""
        world = self._telegram.world
        since, seconds = _number(request.query, "since"), _number(request.query, "timeout", LONGEST_WATCH)
        await world.wait_for_change(since, min(seconds, LONGEST_WATCH))
        versions = {str(chat.id): chat.version for chat in world.chats.values()}
        return web.json_response({"version": world.version, "chats": versions})

    async def list_messages(self, request: web.Request) -> web.Response:
        after, chat = _number(request.query, "after"), self._chat(request)
        return web.json_response([chat.messages[key] for key in sorted(chat.messages) if key > after])

    async def say(self, request: web.Request) -> web.Response:
        body, chat, member = await self._gesture(request)
        extras = {key: value for key, value in body.items() if key not in ("text", "user_id")}
        return web.json_response(people.say(self._telegram, chat, member, _text(body, "text"), **extras))

    async def edit(self, request: web.Request) -> web.Response:
        body, chat, member = await self._gesture(request)
        message_id = _number(request.match_info if "message_id" in request.match_info else body, "message_id")
        return web.json_response(people.edit(self._telegram, chat, member, message_id, _text(body, "text")))

    async def tap(self, request: web.Request) -> web.Response:
        body, chat, member = await self._gesture(request)
        message_id, data = _number(body, "message_id"), _text(body, "data")
        return web.json_response(await gestures.tap(self._telegram, chat, member, message_id, data))

    async def start(self, request: web.Request) -> web.Response:
        body, chat, member = await self._gesture(request)
        message = gestures.follow_deep_link(self._telegram, chat, member, _text(body, "payload"))
        return web.json_response(message)

    async def share(self, request: web.Request) -> web.Response:
        body, chat, member = await self._gesture(request)
        shared = self._find(_number(body, "shared_chat_id"))
        request_id = _number(body, "request_id")
        return web.json_response(gestures.share_chat(self._telegram, chat, member, request_id, shared))

    async def change_bot(self, request: web.Request) -> web.Response:
        body, chat, member = await self._gesture(request)
        change_bot(self._telegram, chat, member, body)
        return web.json_response(self._as_json(chat))

    async def migrate(self, request: web.Request) -> web.Response:
        _, chat, member = await self._gesture(request)
        return web.json_response(self._as_json(gestures.migrate(self._telegram, chat, member)))

    async def ask_inline(self, request: web.Request) -> web.Response:
        body = await _body(request)
        world = self._telegram.world
        person = world.people.get(_number(body, "user_id", world.first_person["id"]), world.first_person)
        return web.json_response(
            await gestures.ask_inline(self._telegram, person, str(body.get("query", "")))
        )

    async def file(self, request: web.Request) -> web.Response:
        try:
            stored = self._telegram.shelf.find(request.match_info["file_id"])
        except RefusalError:
            raise NotPossibleError(404, "There is no file with this file_id.") from None
        headers = {"Cache-Control": "max-age=86400, immutable"}
        return web.Response(body=stored.data, content_type=stored.content_type, headers=headers)

    async def commands(self, request: web.Request) -> web.Response:
        """The menu that a person sees in a chat; without a chat_id the first person's private chat."""
        world = self._telegram.world
        user_id = _number(request.query, "user_id") or None
        chat = self._find(_number(request.query, "chat_id", user_id or world.first_person["id"]))
        member = people.speaker(self._telegram, chat, user_id)
        language = member.user.get("language_code", "")
        shown = self._telegram.menu.shown(chat.id, chat.type, member.user["id"], member.is_admin, language)
        return web.json_response(shown)

    async def list_faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._telegram.faults.listing())

    async def switch_fault(self, request: web.Request) -> web.Response:
        body = await _body(request)
        details = {key: value for key, value in body.items() if key not in ("target", "kind", "seconds")}
        seconds = body.get("seconds", 10)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise NotPossibleError(400, '"seconds" must be a number.')
        target, kind = str(body.get("target", "")), str(body.get("kind", ""))
        try:
            self._telegram.faults.switch(target, kind, seconds, **details)
        except (UnknownFaultError, TypeError) as error:
            raise NotPossibleError(400, str(error)) from None
        return await self.list_faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._telegram.faults.clear(request.query.get("target"))
        return await self.list_faults(request)

    async def _gesture(self, request: web.Request) -> tuple[Json, Chat, Member]:
        body, chat = await _body(request), self._chat(request)
        user_id = _number(body, "user_id") if body.get("user_id") is not None else None
        return body, chat, people.speaker(self._telegram, chat, user_id)

    def _chat(self, request: web.Request) -> Chat:
        return self._find(request.match_info["chat_id"])

    def _find(self, reference: object) -> Chat:
        try:
            return self._telegram.world.chat(reference)
        except RefusalError:
            raise NotPossibleError(404, f"There is no chat {reference}.") from None

    def _as_json(self, chat: Chat) -> Json:
        extras: Json = {"members": chat.members_as_json()}
        extras |= {"action": chat.action} if chat.action else {}
        extras |= {"reply_keyboard": chat.reply_keyboard} if chat.reply_keyboard else {}
        return chat.as_json() | extras


def _in_sentences(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotPossibleError as error:
            return web.json_response({"error": error.sentence}, status=error.status)
        except RefusalError as refusal:
            return web.json_response({"error": refusal.description}, status=refusal.code)

    return handle


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NotPossibleError(400, "The body must be a JSON object.")
    return body


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise NotPossibleError(400, f'"{name}" must be a text that is not empty.')
    return value


def _number(source: object, name: str, default: float = 0) -> int:
    value = source.get(name, default) if hasattr(source, "get") else default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise NotPossibleError(400, f'"{name}" must be a whole number.') from None
