"""Which zone of which pair is meant."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.telegram.ports import Market
from bot.telegram.reading import found, line_for
from bot.telegram.words import Request
from bot.wording import problems
from bot.wording.buttons import Keyboard, in_rows, key, rows, zone_choice_keyboard
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal


def pair_of(request: Request, market: Market) -> tuple[str, str | None]:
    """The pair that was named, or the only one that has this zone; raises Refusal."""
    if request.symbols or request.zone is None:
        return found(request, market)
    having = market.pairs_with(request.zone)
    if len(having) == 1:
        return having[0], request.venue
    if having:
        raise of_which_pair(request, request.zone, having)
    raise Refusal(problems.zone_nowhere(request.zone), pair_keys(market.suggestions, "zones"))


def of_which_pair(request: Request, zone: str, having: Sequence[str]) -> Refusal:
    choices = [key(pair_name(symbol), line_for(request, symbol)) for symbol in having]
    return Refusal(problems.zone_of_which_pair(zone, having), rows(*in_rows(choices, 2)))


def no_zone_named(command: str, symbol: str, nearest: Sequence[Zone]) -> Refusal:
    names = [zone.id for zone in nearest]
    return Refusal(
        problems.missing_zone(symbol, names, command), zone_choice_keyboard(symbol, names, command)
    )


def zones_by_distance(shown: Snapshot) -> list[Zone]:
    return sorted(shown.zones, key=lambda zone: abs(zone.peak / shown.found.price - 1))


def pair_keys(symbols: tuple[str, ...], command: str) -> Keyboard:
    return rows(*in_rows([key(pair_name(symbol), f"{command} {symbol}") for symbol in symbols], 2))
