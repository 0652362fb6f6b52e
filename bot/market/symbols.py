"""From what people type to a listed symbol. Nothing is guessed and no raw text goes on to a venue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.market.coin_names import COIN_NAMES
from bot.market.exchanges import VENUES
from bot.market.expiries import delivery_ms, expiry_date, split_expiry
from bot.market.folding import as_if_typed_in_latin, folded, latin
from bot.market.near_matches import MOST_NEAR, coins_named_like, listing_rank, nearest
from bot.market.venue import Listing

LONGEST_SYMBOL = 40


@dataclass(frozen=True)
class Resolved:
    symbol: str  # unified; listed and trading on at least one venue
    venue_hint: str | None = None  # only where the text itself named a venue: BINANCE:BTCUSDT.P


@dataclass(frozen=True)
class Unknown:
    near: tuple[str, ...] = ()  # unified symbols, the likeliest first


@dataclass(frozen=True)
class Ambiguous:
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Expired:
    what: str  # the coin and the date that has passed, e.g. "BTC 2025-03-07"
    listed_now: tuple[str, ...]  # unified symbols of the same coin that trade now, perpetual first


Resolution = Resolved | Unknown | Ambiguous | Expired


def resolve(text: str, listings: Sequence[Listing], now_ms: int) -> Resolution:
    """`listings` of all venues together; `now_ms` is market time."""
    seen = folded(text)
    trading = [one for one in listings if one.active and not _past(one, now_ms)]
    hint, spelled = _split_venue(latin(_with_coin_for_name(seen.lstrip("$#"), trading)))
    if not re.fullmatch(r"[A-Z0-9/:_.\- ]+", spelled) or len(spelled) > LONGEST_SYMBOL:
        return _near(seen, trading)
    if exact := _exact(spelled, listings, now_ms):
        return _listed(exact, trading, now_ms, hint)
    if _looks_like_option(spelled):
        coin = _parse(_without_option(spelled), trading).base
        return Unknown(_same_coin(coin, trading)[:MOST_NEAR] or nearest((coin,), trading))
    wanted = _parse(spelled, trading)
    if wanted.dated:
        return _dated(wanted, trading, now_ms, hint)
    if found := wanted.among(trading):
        return Resolved(min(found, key=listing_rank).symbol, hint)
    if wanted.inverse:
        return _no_such_inverse(wanted.base, trading)
    return _near(seen, trading, wanted.base)


@dataclass(frozen=True)
class _Wanted:
    base: str
    quote: str | None = None
    settle: str | None = None
    dates: tuple[date, ...] = ()
    dated: bool = False  # a date was written, perhaps one that is none: 20261345
    inverse: bool = False  # only coin-margined contracts

    def among(self, listings: Sequence[Listing]) -> list[Listing]:
        """Listings of this coin; perpetuals unless dates are wanted."""
        return [one for one in listings if self._pair_fits(one) and self._date_fits(one)]

    def _pair_fits(self, listing: Listing) -> bool:
        return (
            listing.base.upper() == self.base
            and self.quote in (None, listing.quote)
            and self.settle in (None, listing.settle)
            and (listing.inverse or not self.inverse)
        )

    def _date_fits(self, listing: Listing) -> bool:
        if listing.expiry_ms is None:
            return not self.dated
        return expiry_date(listing.expiry_ms) in self.dates


def _with_coin_for_name(seen: str, listings: Sequence[Listing]) -> str:
    """БИТКОИН USDT becomes BTC USDT; a listed coin is never mistaken for another one's name."""
    listed = {one.base.upper() for one in listings}
    ends = [len(seen), *(found.start() for found in reversed(list(re.finditer(r"[ /_.:\-]", seen))))]
    for end in ends:
        if (name := seen[:end]) in COIN_NAMES and name not in listed:
            return COIN_NAMES[name] + seen[end:]
    return seen


# --- reading ------------------------------------------------------------------------------------------------

_PERPETUAL = re.compile(r"(?<=.)(?:\.P|[-_/. ]?(?:PERPETUAL|PERP|SWAP)|[-_/. ](?:FUTURES?|P))$")
_INVERSE = re.compile(r"(?<=.)[-_/. ](?:INVERSE|COIN[-_ ]?M(?:ARGINED)?)(?=$|[-_/. :])")
_OPTION = re.compile(r"^[CP]-|-[CP]$")


def _split_venue(text: str) -> tuple[str | None, str]:
    """BINANCE:BTCUSDT.P as chart sites write it."""
    venue, colon, rest = text.partition(":")
    return (venue.lower(), rest.strip()) if colon and venue.lower() in VENUES else (None, text)


def _looks_like_option(text: str) -> bool:
    return _OPTION.search(text) is not None


def _without_option(text: str) -> str:
    """The coin at the front of BTC-25DEC26-100000-C."""
    parts = [part for part in text.split("-") if part not in ("C", "P", "")]
    return parts[0] if parts else ""


def _parse(text: str, listings: Sequence[Listing]) -> _Wanted:
    text, inverse = _INVERSE.subn("", text)
    pair, dates = split_expiry(text)
    dated = pair != text
    if not dated:
        pair = _PERPETUAL.sub("", pair).strip("-_/. ")
    pair, _, settle = pair.partition(":")
    base, quote = _split_pair(pair.strip(), {one.quote for one in listings} | {"USDT", "USDC", "USD"})
    base = COIN_NAMES.get(base, base) if not any(one.base.upper() == base for one in listings) else base
    return _Wanted(base, quote, settle.strip() or None, dates, dated, inverse > 0)


def _split_pair(pair: str, quotes: set[str]) -> tuple[str, str | None]:
    parts = [part for part in re.split(r"[-/_ .]+", pair) if part]
    if len(parts) == 2 and parts[1] in quotes:
        return parts[0], parts[1]
    if len(parts) != 1:
        return pair, None
    fitting = [quote for quote in quotes if pair.endswith(quote) and len(pair) > len(quote)]
    quote = max(fitting, key=len, default=None)
    return (pair.removesuffix(quote), quote) if quote else (pair, None)


# --- deciding -----------------------------------------------------------------------------------------------


def _past(listing: Listing, now_ms: int) -> bool:
    return listing.expiry_ms is not None and listing.expiry_ms <= now_ms


def _exact(text: str, listings: Sequence[Listing], now_ms: int) -> Listing | None:
    """A unified symbol or a venue's own id, letter for letter; one that still trades is preferred."""
    found = [one for one in listings if text in (one.symbol.upper(), one.market_id.upper())]
    return min(found, key=lambda one: (_past(one, now_ms), *listing_rank(one)), default=None)


def _listed(listing: Listing, trading: Sequence[Listing], now_ms: int, hint: str | None) -> Resolution:
    if _past(listing, now_ms):
        day = expiry_date(listing.expiry_ms or 0)
        return Expired(f"{listing.base} {day.isoformat()}", _same_coin(listing.base, trading))
    same = any(one.symbol == listing.symbol for one in trading)
    return Resolved(listing.symbol, hint) if same else Unknown(_same_coin(listing.base, trading)[:MOST_NEAR])


def _dated(wanted: _Wanted, trading: Sequence[Listing], now_ms: int, hint: str | None) -> Resolution:
    """One listed reading resolves; several are asked back; none is expired, unknown or asked back."""
    found = wanted.among(trading)
    if len({expiry_date(one.expiry_ms or 0) for one in found}) == 1:
        return Resolved(min(found, key=listing_rank).symbol, hint)
    if found:
        return Ambiguous(_symbols(found))
    same_coin = _same_coin(wanted.base, trading)
    if not same_coin:
        return Unknown(nearest((wanted.base,), trading))
    if wanted.dates and all(delivery_ms(day) <= now_ms for day in wanted.dates):
        return Expired(f"{wanted.base} {wanted.dates[0].isoformat()}", same_coin)
    return Ambiguous(same_coin) if len(wanted.dates) > 1 else Unknown(same_coin[:MOST_NEAR])


def _no_such_inverse(base: str, trading: Sequence[Listing]) -> Resolution:
    """The perpetuals of the coin: asked back where one is coin-margined after all, else near misses."""
    perpetuals = [one for one in trading if one.base.upper() == base and one.expiry_ms is None]
    symbols = _symbols(perpetuals)[:MOST_NEAR]
    if any(one.inverse for one in perpetuals):
        return Ambiguous(symbols)
    return Unknown(symbols or nearest((base,), trading))


def _same_coin(base: str, trading: Sequence[Listing]) -> tuple[str, ...]:
    return _symbols([one for one in trading if one.base.upper() == base.upper()])


def _symbols(listings: Sequence[Listing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.symbol for one in sorted(listings, key=listing_rank)))


def _near(seen: str, trading: Sequence[Listing], base: str = "") -> Unknown:
    """What is spelled, named or typed nearly like it; noise is near to nothing."""
    if not re.fullmatch(r"[^\W_]+(?:[ /_.\-][^\W_]+)*", seen) or len(seen) > LONGEST_SYMBOL:
        return Unknown()
    typed = as_if_typed_in_latin(seen)
    return Unknown(nearest((base or latin(seen), *coins_named_like(seen), typed), trading))
