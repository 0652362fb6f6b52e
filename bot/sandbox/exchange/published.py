"""What venues publish of liquidations, whatever befalls their lines: what a listener is checked against."""

from aiohttp import web

from bot.sandbox.market.export import TELL_ALL
from bot.sandbox.market.liquidations import LONG, Liquidations, latest_of_each_second
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market


def add_published(app: web.Application, market: Market) -> None:
    """Serve `/api/liquidations?venue=okx&begin_ms=…&end_ms=…`.

    By symbol the orders stamped in [begin, end), each as [stamp_ms, side of the position, coins].
    """

    async def published(request: web.Request) -> web.Response:
        try:
            begin_ms, end_ms = (int(request.query[name]) for name in ("begin_ms", "end_ms"))
            listings = market.listings(request.query["venue"])
        except (KeyError, ValueError):
            return web.json_response({"error": "Name venue, begin_ms and end_ms."}, status=400)
        return web.json_response(
            {one.symbol: _rows(one, market.liquidations(one, begin_ms, end_ms)) for one in listings}
        )

    app.router.add_get("/api/liquidations", published)


def _rows(listing: Listing, orders: Liquidations) -> list[tuple[int, str, float]]:
    told = orders if listing.venue in TELL_ALL else latest_of_each_second(orders)
    sides = ["long" if side == LONG else "short" for side in told.side.tolist()]
    return list(zip(told.stamp_ms.tolist(), sides, told.quantity.tolist(), strict=True))
