"""Two instruments or venues on one percent axis, as a picture for a phone."""

from __future__ import annotations

from dataclasses import replace

from bot.charts import labels
from bot.charts.bar_map.axes import FIRST_ROW, draw_percent_ticks
from bot.charts.bar_map.frame import say_nothing
from bot.charts.facts import Facts, draw_estimate, draw_title
from bot.charts.lettering import Label, fitting, width_of
from bot.charts.palette import Palette, palette_of
from bot.charts.scene import MARGIN, Scene, painted
from bot.charts.stacked_maps.compare_drawn import CompareDrawn, FundingDrawn, PanelDrawn, compare_drawn
from bot.charts.stacked_maps.rows import (
    LEAST_HEADING,
    LEFT,
    RIGHT,
    RowFrame,
    draw_arrows,
    draw_heading,
    draw_marker,
    draw_row_bars,
    draw_row_panel,
    draw_sides,
    draw_tags,
)
from bot.liquidation.comparison import ALIKE, LEAST_BASIS, WITHIN, Comparison
from bot.liquidation.side import Side
from bot.look import Drawing, Look

WIDTH, HEIGHT = 1280, 1024
Names = tuple[str, str]
USUAL = Drawing()
ROWS = ((208, 244, 258, 482), (530, 566, 580, 804))  # heading, details, top and bottom of the panel
VERDICTS = (896, 933, 970)
DETAIL, LEAST_DETAIL = 28, 26
FACTS, KIND, VERDICT = 36, 26, 30
TOLD_WITHIN = (0.01, 0.05)
SCALE = "liquidation maps · 0% = own price · 100 = own tallest bar"
PLACES = ("the first", "the second")


def render_comparison(pair: Comparison, drawing: Drawing = USUAL, handle: str = "") -> bytes:
    """PNG, 1280x1024, or twice that each way."""
    scene = comparison_scene(compare_drawn(pair, handle), drawing.look)
    return painted(scene, scale=2 if drawing.full else 1)


def comparison_scene(drawn: CompareDrawn, look: Look) -> Scene:
    """The picture before it is painted."""
    palette = palette_of(look)
    scene = Scene(WIDTH, HEIGHT, palette.ground)
    _masthead(scene, drawn, palette)
    draw_sides(scene, 162, palette)
    frames = [_frame(drawn, top, bottom) for _, _, top, bottom in ROWS]
    for panel, frame in zip(drawn.both, frames, strict=True):
        draw_row_panel(scene, frame, palette)
        colours = {side: [palette.side(side), palette.late][: len(panel.bars.of(side))] for side in Side}
        draw_row_bars(scene, frame, drawn.edges, 0.0, panel.bars, colours)
        draw_arrows(scene, frame, drawn.edges, 0.0, panel.bars, palette)
        draw_marker(scene, frame.x_of(0.0), frame.top, frame.bottom, palette)
    for panel, frame, row in zip(drawn.both, frames, ROWS, strict=True):
        _headings(scene, panel, row, palette)
        draw_tags(scene, frame, 0.0, panel.tags, palette)
        if panel.bars.is_empty:
            say_nothing(scene, frame, palette)
    draw_percent_ticks(scene, _as_ratios(frames[-1]), 1.0, palette, FIRST_ROW)
    _verdicts(scene, drawn, palette)
    draw_estimate(scene, drawn.first.facts, palette)
    return scene


def _frame(drawn: CompareDrawn, top: float, bottom: float) -> RowFrame:
    return RowFrame(LEFT, top, RIGHT, bottom, drawn.edges[0], drawn.edges[-1])


def _as_ratios(frame: RowFrame) -> RowFrame:
    return replace(frame, lowest=1 + frame.lowest, highest=1 + frame.highest)


def _masthead(scene: Scene, drawn: CompareDrawn, palette: Palette) -> None:
    facts = drawn.first.facts
    lead, tail = facts.name if drawn.is_one_symbol else "", [labels.window(facts.window), facts.selected]
    ways = ([lead, " vs ".join(names), *tail] for names in (_names(drawn), _short_names(drawn)))
    draw_title(scene, [" · ".join(part for part in parts if part) for parts in ways], palette)
    _moment(scene, drawn, palette)


def _names(drawn: CompareDrawn) -> tuple[str, str]:
    """What tells the two apart: their venues where the contract is the same, else the contracts."""
    if drawn.is_one_symbol:
        return _venues(drawn.first), _venues(drawn.second)
    return drawn.first.facts.name, drawn.second.facts.name


def _venues(panel: PanelDrawn) -> str:
    return " + ".join(labels.venue(one.venue) for one in panel.facts.venues) or "no venue"


def _moment(scene: Scene, drawn: CompareDrawn, palette: Palette) -> None:
    """What is drawn and when; on a plate where either is long ago."""
    kind = Label(SCALE, MARGIN, 114, KIND, palette.quiet)
    scene.labels.append(kind)
    stamps = [panel.facts.price_ms for panel in drawn.both if panel.facts.price_ms is not None]
    if not stamps:
        return
    plated = any(panel.facts.is_stale for panel in drawn.both)
    text = labels.moment(min(stamps))
    left = scene.width - MARGIN - width_of(text, FACTS) - (8 if plated else 0)
    plate = palette.warning if plated else None
    scene.labels.append(Label(text, left, 114, FACTS, palette.ink if plated else palette.quiet, plate))


def _headings(scene: Scene, panel: PanelDrawn, row: tuple[int, int, int, int], palette: Palette) -> None:
    facts = panel.facts
    price = f"{labels.price(facts.price, facts.tick_size)} (mark)"
    contracts = _contracts(facts, scene.width - 3 * MARGIN - width_of(price, LEAST_HEADING))
    draw_heading(scene, (contracts, price), row[0], (palette.text, palette.text))
    room = scene.width - 2 * MARGIN - 40
    ways = [(terms, ages) for terms, ages in zip(_terms(panel), _ages(facts), strict=True)]
    wide = (sum(width_of(text, LEAST_DETAIL) for text in way) for way in ways)
    details = next((way for way, width in zip(ways, wide, strict=True) if width <= room), ways[-1])
    colours = (palette.quiet, palette.warning if facts.is_stale or facts.late else palette.quiet)
    draw_heading(scene, details, row[1], colours, DETAIL, LEAST_DETAIL)


def _contracts(facts: Facts, room: float) -> str:
    """ "Binance BTCUSDT 46% · OKX BTC-USDT-SWAP 21%", without the contracts where they do not fit."""
    named = [f"{labels.venue(one.venue)} {labels.printable(one.market_id, 28)}" for one in facts.venues]
    if len(named) == 1:
        return named[0]
    shares = [labels.share(one.share) for one in facts.venues]
    whole = " · ".join(f"{name} {share}" for name, share in zip(named, shares, strict=True))
    if named and width_of(whole, LEAST_HEADING) <= room:
        return whole
    short = " · ".join(f"{labels.venue(one.venue)} {labels.share(one.share)}" for one in facts.venues)
    if named and width_of(f"{facts.name}: {short}", LEAST_HEADING) > room:
        short = f"{labels.venue(facts.venues[0].venue)} and {len(named) - 1} more"
    return f"{facts.name}: {short or 'no venue'}"


def _terms(panel: PanelDrawn) -> tuple[str, str]:
    """What is paid for holding it, or when it ends; in full and short."""
    if panel.expires_ms is not None:
        left = labels.age(panel.expires_ms - panel.facts.now_ms)
        return f"dated: ends in {left}, {labels.moment(panel.expires_ms)}", f"dated: ends in {left}"
    if not panel.funding:
        return "perpetual, funding not told", "funding not told"
    return (_funding(panel.funding[0], len(panel.facts.venues) > 1), _funding(panel.funding[0], False))


def _funding(one: FundingDrawn, is_named: bool) -> str:
    """ "longs pay shorts 0.010% per 8 h"."""
    percent = 100 * abs(one.rate)
    payer = "longs pay shorts" if one.rate > 0 else "shorts pay longs" if one.rate < 0 else "nobody pays"
    rate = "<0.001%" if 0 < percent < 0.0005 else f"{percent:.3f}%"
    told = f"{payer} {rate}" + (f" per {labels.age(one.interval_ms)}" if one.interval_ms else "")
    return f"{labels.venue(one.venue)}: {told}" if is_named else told


def _ages(facts: Facts) -> tuple[str, str]:
    """With who is late and who is missing; in full, and with how many that are."""
    told = "no data"
    if facts.price_ms is not None and facts.interest_ms is not None:
        stamps = (facts.price_ms, facts.interest_ms)
        told = "price {}, OI {} old".format(*(labels.age(facts.now_ms - stamp) for stamp in stamps))
    late = f"late: {', '.join(labels.venue(one.venue) for one in facts.late)}" if facts.late else ""
    missing = f"without {', '.join(map(labels.venue, facts.missing))}" if facts.missing else ""
    late_short = f"{len(facts.late)} late" if facts.late else ""
    missing_short = f"{len(facts.missing)} missing" if facts.missing else ""
    ways = ((told, late, missing), (told, late_short, missing_short))
    full, short = (" · ".join(part for part in parts if part) for parts in ways)
    return full, short


def _verdicts(scene: Scene, drawn: CompareDrawn, palette: Palette) -> None:
    """Basis, who is denser and by how much, in words; their names where those fit."""
    room, names = scene.width - 2 * MARGIN, (_short_names(drawn), PLACES)
    told = [[say(drawn, one) for one in names] for say in (_basis, _density, _ratio)]
    for ways, baseline in zip([ways for ways in told if ways[0]], VERDICTS, strict=False):
        text, size = fitting(ways, room, VERDICT, LEAST_DETAIL)
        scene.labels.append(Label(text, MARGIN, baseline, size, palette.text))


def _short_names(drawn: CompareDrawn) -> tuple[str, str]:
    """No longer than it takes to tell the two apart."""
    if drawn.is_one_symbol:
        return _venues(drawn.first), _venues(drawn.second)
    first, second = (panel.facts.symbol for panel in drawn.both)
    coins = [labels.printable(one.partition("/")[0], 12) for one in (first, second)]
    if coins[0] != coins[1]:
        return coins[0], coins[1]
    if first.partition("-")[0] == second.partition("-")[0]:  # the same but for when they end
        return _expiry(first), _expiry(second)
    return labels.pair(first), labels.pair(second)


def _expiry(symbol: str) -> str:
    return labels.printable(symbol.partition("-")[2], 8) or "the perpetual"


def _basis(drawn: CompareDrawn, names: Names) -> str:
    if drawn.basis is None:
        return ""
    first, second = names
    if abs(drawn.basis) < LEAST_BASIS:
        return f"basis: {second} stands level with {first}"
    where = "above" if drawn.basis > 0 else "below"
    yearly = "" if drawn.yearly is None else f" ({labels.signed_percent(drawn.yearly)} a year)"
    return f"basis: {second} stands {labels.fine_percent(drawn.basis)} {where} {first}{yearly}"


def _density(drawn: CompareDrawn, names: Names) -> str:
    """ "denser within ±1%: OKX (3.5% vs 2.6% of positions) · ±5%: alike (15%)"."""
    parts: list[str] = []
    for within in TOLD_WITHIN:
        of_what = "" if parts else " of positions"
        parts.append(f"±{within * 100:g}%: {_denser(drawn, names, WITHIN.index(within), of_what)}")
    return f"denser within {' · '.join(parts)}"


def _denser(drawn: CompareDrawn, names: Names, at: int, of_what: str) -> str:
    """Within the n-th of WITHIN."""
    shares = [panel.densities[at] for panel in drawn.both]
    if abs(shares[0] - shares[1]) <= ALIKE * max(shares) or len({_share(share) for share in shares}) == 1:
        return f"alike ({_share(shares[0])}{of_what})"
    ahead = shares.index(max(shares))
    told = f"{_share(shares[ahead])} vs {_share(shares[1 - ahead])}"
    return f"{names[ahead]} ({told}{of_what})"


def _share(fraction: float) -> str:
    return f"{100 * fraction:.1f}%" if 0.0005 < fraction < 0.0995 else labels.share(fraction)


def _ratio(drawn: CompareDrawn, names: Names) -> str:
    """Of what is modelled within the widest distance, in money."""
    if drawn.ratio is None:
        return ""
    more, less = names if drawn.ratio >= 1 else reversed(names)
    times = max(drawn.ratio, 1 / drawn.ratio)
    currency, within = labels.currency(drawn.first.facts.symbol), f"±{WITHIN[-1] * 100:g}%"
    if times < 1 + ALIKE:
        return f"about as many {currency} within {within}"
    told = f"{times:.1f}" if times < 9.95 else labels.amount(times)
    return f"{more} has {told} times the {currency} of {less} within {within}"
