"""One clear sentence for each thing that cannot be done, with what would work. Arguments come unescaped."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.absence import OtherBundle
from bot.wording.absence_text import absence_text
from bot.wording.escape import escaped
from bot.wording.numbers import stamp_text
from bot.wording.pair import pair_name, venue_name

NAMED = 8  # of a list of offers; more are buttons or not worth reading


def unknown_symbol(typed: str, near: Sequence[str] = ()) -> str:
    if near:
        return f"No market “{escaped(typed)}” is listed. Did you mean {_or(_pairs(near))}?"
    return f"No market “{escaped(typed)}” is listed on the venues I read. Try a coin, such as BTC or ETH."


def several_symbols(typed: str, readings: Sequence[str]) -> str:
    return f"“{escaped(typed)}” names no single contract. Listed now: {_or(_pairs(readings))}. Which one?"


def expired_contract(typed: str, expired_on: str, listed: Sequence[str] = ()) -> str:
    """`expired_on` is a date in words, e.g. "7 March 2025"."""
    now = (
        f"listed now: {_list(_pairs(listed), ready=True)}"
        if listed
        else "no dated contract of it is listed now"
    )
    return f"{escaped(typed)} expired on {escaped(expired_on)}; {now}."


def window_not_offered(typed: str, offered: Sequence[str]) -> str:
    return f"There is no window “{escaped(typed)}”. Offered: {_list(offered)}."


def window_not_covered(window: str, reaches: Sequence[str], offered: Sequence[str]) -> str:
    """`reaches` say how far back each venue is known, e.g. "5 d 3 h on OKX"."""
    known = f"open interest is known for {_list(reaches)}"
    instead = f"These can: {_list(offered)}" if offered else "Everything that is open can"
    return f"{escaped(window)} cannot be drawn: {known}. {instead}."


def moment_ahead(at_ms: int) -> str:
    return f"{stamp_text(at_ms)} has not come yet; a map can be shown as it is or as it was."


def moment_before_known(symbol: str, at_ms: int, since_ms: int) -> str:
    """`since_ms` is the first moment known, 0 for none."""
    known = f"what is known of it begins at {stamp_text(since_ms)}" if since_ms else "nothing is known of it"
    return f"There is no map of {pair_name(symbol)} at {stamp_text(at_ms)}: {known}."


def liquidations_not_kept(window: str, kept: str, offered: Sequence[str]) -> str:
    return (
        f"Liquidations are kept for {escaped(kept)}, so {escaped(window)} is not there. {_list(offered)} are."
    )


def several_windows(typed: Sequence[str]) -> str:
    return f"One window at a time: {_or(_plain(typed))}?"


def venue_does_not_list(venue: str, symbol: str, listed_on: Sequence[str] = (), bundle: str = "") -> str:
    """`bundle` is the symbol by which the venue trades the same coin in another size, empty for none."""
    where = f" It is listed on {_list(map(venue_name, listed_on), ready=True)}." if listed_on else ""
    instead = f" It {absence_text(OtherBundle(bundle))}." if bundle else ""
    return f"{venue_name(venue)} does not list {pair_name(symbol)}.{instead}{where}"


def venue_not_read(venue: str, read: Sequence[str]) -> str:
    """`read` are the venues that this bot is set up to read."""
    reads = f"it reads {_list(map(venue_name, read), ready=True)}"
    return f"{venue_name(venue)} is not read by this bot; {reads}."


def several_venues(typed: Sequence[str]) -> str:
    return f"One venue at a time, or none for all of them: {_or(map(venue_name, typed))}?"


def venue_without_data(venue: str, reason: str) -> str:
    return f"{venue_name(venue)} is missing: {escaped(reason, 120)}."


def no_data(symbol: str, reasons: Sequence[str] = ()) -> str:
    """No venue could give what a map needs."""
    why = f" ({_list(reasons, limit=120)})" if reasons else ""
    return f"There is no data for {pair_name(symbol)} right now{why}. Please try again in a minute."


def distance_out_of_range(typed: str, lowest: str = "0.1%", highest: str = "20%") -> str:
    return f"A distance has to be between {escaped(lowest)} and {escaped(highest)}; {escaped(typed)} is not."


def budget_out_of_range(fewest: str, most: str) -> str:
    return f"A daily budget is from {escaped(fewest)} to {escaped(most)} alerts."


def interval_out_of_range(typed: str, shortest: str, longest: str) -> str:
    return (
        f"A schedule may run every {escaped(shortest)} to every {escaped(longest)}; {escaped(typed)} is not."
    )


def missing_symbol(command: str) -> str:
    return f"Which pair? For example /{escaped(command.lstrip('/'))} BTC, or tap one below."


def near_is_of_all_pairs(symbol: str) -> str:
    return f"/near lists all watched pairs; the zones of {pair_name(symbol)} are one tap away."


def missing_zone(symbol: str, zones: Sequence[str], command: str) -> str:
    coin = escaped(symbol.partition("/")[0])
    if not zones:
        return f"Which zone of {pair_name(symbol)}? It has none now; /zones {coin} lists them as they come."
    example = f"/{escaped(command, 12)} {coin} {escaped(zones[0])}"
    return f"Which zone of {pair_name(symbol)}? For example {example}, or tap one below."


def zone_of_which_pair(zone: str, symbols: Sequence[str]) -> str:
    return f"Zones are named per pair. {escaped(zone)} of {_or(_pairs(symbols))}?"


def zone_nowhere(zone: str) -> str:
    return (
        f"No pair that I watch has a zone {escaped(zone)} now. Name the pair, or tap one below for its zones."
    )


def zone_gone(zone: str, symbol: str, zones: Sequence[str]) -> str:
    """A zone whose name was given once and is not on the map now; `zones` are those that are."""
    why = "price went through it, or it faded into its surroundings"
    return f"{escaped(zone)} of {pair_name(symbol)} is not on the map any more: {why}. {_zones_now(zones)}"


def zone_unknown(zone: str, symbol: str, zones: Sequence[str]) -> str:
    return f"{pair_name(symbol)} has no zone {escaped(zone)}. {_zones_now(zones)}"


def _zones_now(zones: Sequence[str]) -> str:
    return f"Its zones now: {_list(zones)}." if zones else "It has no zone now."


def missing_interval(symbol: str = "BTC/USDT") -> str:
    return f"How often? For example /schedule {escaped(symbol.partition('/')[0])} every 4h."


def too_long(limit: int) -> str:
    return f"That is too long to read as a command; {limit:,} characters at most, please."


def too_many(what: str, limit: int) -> str:
    """`what` in the plural, e.g. "alerts"."""
    return f"This chat already has {limit:,} {escaped(what)}, which is the most. Switch one off first."


def admins_only() -> str:
    return "Only admins of this group can change what it receives."


def unknown_channel(typed: str) -> str:
    return f"I cannot see the channel {escaped(typed)}. Add me to it as an admin, then try again."


def channel_not_yours(typed: str) -> str:
    return f"Only an admin of {escaped(typed)} can send maps there."


def cannot_post(typed: str) -> str:
    return f"I am not allowed to post in {escaped(typed)}. Make me an admin who may post messages."


def already_subscribed(symbol: str, terms: str) -> str:
    """`terms` in words, e.g. "1.5%, High and up"."""
    return f"Already watching {pair_name(symbol)} for you ({escaped(terms, 60)}); nothing has changed."


def not_subscribed(symbol: str) -> str:
    return f"{pair_name(symbol)} is not being watched here, so there is nothing to switch off."


def alert_is_off() -> str:
    return "That alert is off; /subscribe switches it on again."


def button_too_old() -> str:
    return "This button belongs to an older message and does nothing now. Please send the command again."


def went_wrong(code: str) -> str:
    return f"That did not work, and it is my fault. Nothing was changed. Code {escaped(code, 16)}."


def _plain(names: Sequence[str]) -> list[str]:
    return [escaped(name) for name in names]


def _pairs(symbols: Sequence[str]) -> list[str]:
    return [pair_name(symbol) for symbol in symbols]


def _list(names: Sequence[str] | map[str], *, ready: bool = False, limit: int = 40) -> str:
    """ "a, b, c"; `ready` names are escaped already."""
    every = [name if ready else escaped(name, limit) for name in names]
    return ", ".join(every[:NAMED]) + (" …" if len(every) > NAMED else "")


def _or(names: Sequence[str] | map[str]) -> str:
    """ "a, b or c" of names that are escaped already."""
    every = list(names)[:NAMED]
    return " or ".join(filter(None, [", ".join(every[:-1]), every[-1] if every else ""]))
