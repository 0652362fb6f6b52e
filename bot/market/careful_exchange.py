"""A ccxt exchange that tells more of its errors and hands over what it hears unread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.market.lanes import Turns
from bot.market.pause import Pause, retry_after_s
from bot.market.wire import Ccxt, Wire


def careful(kind: Ccxt, told: Callable[[str, Wire], bool], pause: Pause) -> Ccxt:
    """The same exchange class; its errors carry their HTTP status, and what is no JSON is an error too.

    Messages of its streams go to `told` first, raw: ccxt's own parsers drop orders. Nothing is asked during a
    pause. Of those that wait for the rate limit one at a time stands in ccxt's own queue, which knows no
    urgency.
    """
    queue = Turns(1)

    class Careful(kind):  # type: ignore[misc]
        def handle_message(self, client: Ccxt, message: Wire) -> None:
            if not told(client.url, message):
                super().handle_message(client, message)

        async def throttle(self, cost: float | None = None) -> None:
            pause.check()
            async with queue.turn():
                await super().throttle(cost)

        async def fetch(self, *request: object, **details: object) -> Wire:
            pause.check()
            try:
                answer = await super().fetch(*request, **details)
            except Exception as error:
                pause.note(error)
                raise
            pause.answered()
            if not isinstance(answer, dict | list):  # ccxt takes a page of HTML for an empty market list
                raise ValueError("no JSON")
            return answer

        def handle_errors(self, code: int, *rest: object) -> Wire:
            with marked(http_status=code, retry_after_s=retry_after_s(rest[3])):
                return super().handle_errors(code, *rest)

        def handle_http_status_code(self, code: int, *rest: object) -> None:
            with marked(http_status=code):
                super().handle_http_status_code(code, *rest)

    return Careful


@contextmanager
def marked(**facts: object) -> Iterator[None]:
    """What is raised inside carries these as attributes."""
    try:
        yield
    except Exception as error:
        vars(error).update(facts)
        raise
