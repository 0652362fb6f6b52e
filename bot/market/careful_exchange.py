"""A ccxt exchange that tells more of its errors and hands over what it hears unread."""

from __future__ import annotations

from collections.abc import Callable

from bot.market.lanes import Turns
from bot.market.wire import Ccxt, Wire


def careful(kind: Ccxt, told: Callable[[str, Wire], bool]) -> Ccxt:
    """The same exchange class; its errors carry their HTTP status, and what is no JSON is an error too.

    Messages of its streams go to `told` first, raw: ccxt's own parsers drop orders.

    Of those that wait for the rate limit one at a time stands in ccxt's own queue, which knows no urgency.
    """
    queue = Turns(1)

    class Careful(kind):  # type: ignore[misc]
        def handle_message(self, client: Ccxt, message: Wire) -> None:
            if not told(client.url, message):
                super().handle_message(client, message)

        async def throttle(self, cost: float | None = None) -> None:
            async with queue.turn():
                await super().throttle(cost)

        async def fetch(self, *request: object, **details: object) -> Wire:
            answer = await super().fetch(*request, **details)
            if not isinstance(answer, dict | list):  # ccxt takes a page of HTML for an empty market list
                raise ValueError("no JSON")
            return answer

        def handle_errors(self, code: int, *rest: object) -> Wire:
            try:
                return super().handle_errors(code, *rest)
            except Exception as error:
                error.http_status = code  # type: ignore[attr-defined]
                raise

        def handle_http_status_code(self, code: int, *rest: object) -> None:
            try:
                super().handle_http_status_code(code, *rest)
            except Exception as error:
                error.http_status = code  # type: ignore[attr-defined]
                raise

    return Careful
