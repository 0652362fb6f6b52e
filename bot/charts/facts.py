"""What every picture says about itself: it is forwarded without its caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts import labels
from bot.charts.lettering import Label, cut_to, fitting, has_letters, width_of
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Scene
from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.snapshot import Snapshot

TITLE, LEAST_TITLE, FACTS = 52, 30, 36
SHARES, FOOTER, LEAST_FOOTER = 30, 28, 26
STALE_MS = 180_000
ESTIMATE = "ESTIMATE · relative intensity · {} within a factor of 2"


@dataclass(frozen=True)
class VenueFacts:
    venue: str
    market_id: str
    share: float  # of the open interest behind the picture
    rests_on_ms: int  # the older of its candles and its open interest
    is_late: bool


@dataclass(frozen=True)
class Facts:
    """All of it is drawn. Prices are quote currency."""

    symbol: str
    window: str
    price: float
    tick_size: float
    now_ms: int
    price_ms: int | None  # stamp of the price; None where no venue has a share
    newest_ms: int | None  # the newest candle
    interest_ms: int | None  # the oldest open interest, and whose it is
    interest_venue: str
    venues: tuple[VenueFacts, ...]
    missing: tuple[str, ...]
    only: str  # what of it was selected, empty where that is everything
    handle: str  # the bot's name
    was: bool = False  # the map of a moment that is over
    bands: str = ""  # which zones are named, empty where all are

    @property
    def name(self) -> str:
        """The pair; a coin that the font has no letters for goes by its largest contract that it has."""
        ids = [one.market_id for one in sorted(self.venues, key=lambda one: -one.share)]
        readable = [one for one in ids if has_letters(one)]
        return (
            labels.printable(readable[0], 28)
            if readable and not has_letters(self.symbol)
            else labels.pair(self.symbol)
        )

    @property
    def selected(self) -> str:
        return " · ".join(part for part in (self.only, self.bands) if part)

    @property
    def is_stale(self) -> bool:
        return self.newest_ms is not None and self.now_ms - self.newest_ms > STALE_MS

    @property
    def late(self) -> tuple[VenueFacts, ...]:
        return tuple(one for one in self.venues if one.is_late)


def facts_of(shown: Snapshot, handle: str = "") -> Facts:
    found = shown.found
    oldest = found.oldest_interest if found.venues else None
    named = {venue.venue for venue in found.venues}
    missing = dict.fromkeys([*found.missing, *(name for name in found.doubted if name not in named)])
    return Facts(
        symbol=found.symbol,
        window=found.window,
        price=found.price,
        tick_size=shown.tick_size,
        now_ms=shown.now_ms,
        price_ms=found.price_stamp_ms if oldest else None,
        newest_ms=found.as_of_ms if oldest else None,
        interest_ms=oldest.interest_as_of_ms if oldest else None,
        interest_venue=oldest.venue if oldest else "",
        venues=_venues_of(shown),
        missing=tuple(missing),
        only=only_text(shown.selection),
        handle=handle,
        was=shown.was,
        bands=bands_text(shown.selection),
    )


def _venues_of(shown: Snapshot) -> tuple[VenueFacts, ...]:
    found = shown.found
    total = found.open_interest_base
    return tuple(
        VenueFacts(
            venue.venue,
            venue.market_id,
            venue.open_interest_base / total if total > 0 else 0.0,
            venue.rests_on_ms,
            venue.venue in found.late,
        )
        for venue in found.venues
    )


def only_text(selection: Selection) -> str:
    """ "only 25–50x, >50x · longs", empty where nothing was left out."""
    parts = []
    if len(selection.leverage) < len(LEVERAGE_BANDS):
        parts.append(", ".join(LEVERAGE_BANDS[at] for at in sorted(selection.leverage)))
    if selection.side is not None:
        parts.append(f"{selection.side.word}s")
    return f"only {' · '.join(parts)}" if parts else ""


def bands_text(selection: Selection) -> str:
    """ "zones High and up", "zones Medium–High", empty for all of them."""
    band, top = selection.band, selection.top_band
    if (band, top) == (EVERYTHING.band, EVERYTHING.top_band):
        return ""
    if band is top:
        return f"only {band.word} zones"
    return f"zones {band.word} and up" if top is EVERYTHING.top_band else f"zones {band.word}–{top.word}"


def draw_masthead(scene: Scene, facts: Facts, kind: str, palette: Palette) -> None:
    """Title, price, time and the two ages."""
    tail = [labels.window(facts.window), facts.selected]
    ways = ([_name(facts), kind, *tail], [facts.name, kind.rpartition(" ")[2], *tail])
    draw_title(scene, [" · ".join(part for part in parts if part) for parts in ways], palette)
    price = f"Price {labels.price(facts.price, facts.tick_size)} (mark)"
    fresh = Label(price, MARGIN, 114, FACTS, palette.text)
    scene.labels.append(fresh)
    _draw_age(scene, facts, fresh.box.right, palette)


def draw_title(scene: Scene, ways: Sequence[str], palette: Palette) -> None:
    """The first line, in the first of ever shorter ways that fits."""
    text, size = fitting(ways, scene.width - 2 * MARGIN, TITLE, LEAST_TITLE)
    scene.labels.append(Label(text, MARGIN, 62, size, palette.text))


def _name(facts: Facts) -> str:
    """With the venue where it is of one alone."""
    alone = labels.venue(facts.venues[0].venue) if len(facts.venues) == 1 and not facts.missing else ""
    return f"{alone} {facts.name}".strip()


def _draw_age(scene: Scene, facts: Facts, left: float, palette: Palette) -> None:
    """When the price is from, and the two ages; on a plate where that is long ago or over."""
    if facts.price_ms is None or facts.interest_ms is None:
        return
    plated = facts.is_stale or facts.was
    room = scene.width - MARGIN - left - 60
    text, size = fitting(_times(facts, facts.price_ms, facts.interest_ms), room, FACTS, LEAST_FOOTER)
    start = scene.width - MARGIN - width_of(text, size) - (8 if plated else 0)
    plate = palette.warning if plated else None
    scene.labels.append(Label(text, start, 114, size, palette.ink if plated else palette.quiet, plate))


def _times(facts: Facts, price_ms: int, interest_ms: int) -> tuple[str, ...]:
    """Ever shorter; the last does not say whose open interest it is."""
    if facts.was:
        return (f"AS IT WAS {labels.moment(price_ms)}",)
    price, interest = (labels.age(facts.now_ms - stamp) for stamp in (price_ms, interest_ms))
    whose = f" ({labels.venue(facts.interest_venue)})" if len(facts.venues) > 1 else ""
    moment = labels.moment(price_ms)
    return (
        f"{moment} · price {price} old, OI {interest}{whose}",
        f"{moment} · price {price}, OI {interest}{whose}",
        f"{moment} · price {price}, OI {interest}",
        f"{moment} · {price}, OI {interest}",
    )


def draw_imprint(scene: Scene, facts: Facts, palette: Palette) -> None:
    """The last two lines: venues with their contracts, what is missing; that it is an estimate, and whose."""
    _draw_venues(scene, facts, palette)
    draw_estimate(scene, facts, palette)


def draw_estimate(scene: Scene, facts: Facts, palette: Palette) -> None:
    """The last line: that it is an estimate, and whose."""
    baseline = scene.height - 16
    handle = cut_to(labels.printable(facts.handle), FOOTER, 340)
    right = scene.width - MARGIN - width_of(handle, FOOTER)
    room = right - 2 * MARGIN
    text, size = fitting((ESTIMATE.format(labels.currency(facts.symbol)),), room, FOOTER, LEAST_FOOTER)
    scene.labels.append(Label(text, MARGIN, baseline, size, palette.quiet))
    if handle:
        scene.labels.append(Label(handle, right, baseline, FOOTER, palette.quiet))


def _draw_venues(scene: Scene, facts: Facts, palette: Palette) -> None:
    baseline, room = scene.height - 52, scene.width - 2 * MARGIN
    missing = "missing: " + ", ".join(map(labels.venue, facts.missing)) if facts.missing else ""
    missing = cut_to(missing, LEAST_FOOTER, room * (0.6 if facts.venues else 1.0))
    left_over = room - (width_of(missing, LEAST_FOOTER) + 2 * MARGIN if missing else 0)
    if facts.venues:
        text, size = _shares(facts, left_over)
        scene.labels.append(Label(text, MARGIN, baseline, size, palette.text))
    if missing:
        right = scene.width - MARGIN - width_of(missing, LEAST_FOOTER)
        scene.labels.append(Label(missing, right, baseline, LEAST_FOOTER, palette.warning))


def _shares(facts: Facts, room: float) -> tuple[str, int]:
    """ "Binance BTCUSDT 46% · OKX BTC-USDT-SWAP 21%"; without contracts, then shares, where room is short."""
    names = [labels.venue(one.venue) for one in facts.venues]
    shares = [labels.share(one.share) for one in facts.venues]
    ways = (
        " · ".join(_told(one, len(facts.venues) > 1) for one in facts.venues),
        " · ".join(f"{name} {share}" for name, share in zip(names, shares, strict=True)),
        " · ".join(names),
    )
    return fitting(ways, room, SHARES, LEAST_FOOTER)


def _told(one: VenueFacts, with_share: bool) -> str:
    share = f" {labels.share(one.share)}" if with_share else ""
    return f"{labels.venue(one.venue)} {labels.printable(one.market_id, 28)}{share}"
