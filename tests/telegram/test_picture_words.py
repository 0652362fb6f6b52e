"""What people type about a picture, in several languages and any order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.side import Side
from bot.liquidation.zone import Band
from bot.look import Drawing, Look, Overlay, PaletteName, Stack, Theme, Wishes
from bot.telegram.moment_words import Moment
from bot.telegram.problem import ProblemKind
from bot.telegram.words import Request, parse_request

HOUR = 3_600_000
ALL_BANDS = EVERYTHING.leverage
BLIND = PaletteName.COLOUR_BLIND
BOTH = frozenset(Overlay)


def read(line: str) -> Request:
    request = parse_request(line)
    assert request.problems == ()
    return request


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return round(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) * 1000


NOW = at(2026, 10, 4, 14, 30)


@pytest.mark.parametrize(
    ("words", "bands"),
    [
        ("10x", {0}),
        ("25x", {1}),
        ("x25", {1}),
        ("25х", {1}),
        ("20倍", {1}),
        ("50x", {2}),
        ("50X", {2}),
        ("51x", {3}),
        ("100x", {3}),
        ("125x", {3}),
        ("20x+", {1, 2, 3}),
        ("25x+", {2, 3}),
        (">50x", {3}),
        ("≥20x", {1, 2, 3}),
        ("≤10x", {0}),
        ("<=25x", {0, 1}),
        ("10–25x", {1}),
        ("25-50x", {2}),
        ("10x-50x", {1, 2}),
        ("5-20x", {0, 1}),
        ("10x 50x", {0, 2}),
        ("10x and 50x", {0, 2}),
        ("10,50x", {0, 2}),
        ("10x/50x", {0, 2}),
        ("10,25,50,100x", {0, 1, 2, 3}),
        ("20x and up", {1, 2, 3}),
        ("20x or more", {1, 2, 3}),
        ("from 20x", {1, 2, 3}),
        ("above 50x", {3}),
        ("up to 25x", {0, 1}),
        ("from 10x to 25x", {1}),
        ("25 to 50x", {2}),
        ("20x и выше", {1, 2, 3}),
        ("от 20х", {1, 2, 3}),
        ("до 25х", {0, 1}),
        ("от 25 до 50х", {2}),
        ("20x y más", {1, 2, 3}),
        ("desde 20x", {1, 2, 3}),
        ("hasta 25x", {0, 1}),
        ("20倍以上", {1, 2, 3}),
        ("25倍以下", {0, 1}),
    ],
)
def test_leverage_means_the_bands_that_hold_it(words: str, bands: set[int]) -> None:
    for line in (f"/map btc {words}", f"/map btc {words} 7d okx", f"карта биткоин {words}"):
        request = read(line)
        assert request.symbols in (("btc",), ("биткоин",))
        assert request.selection == Selection(leverage=frozenset(bands))


@pytest.mark.parametrize("band", range(len(LEVERAGE_BANDS)))
def test_a_band_is_understood_as_it_is_written_on_the_map(band: int) -> None:
    assert read(f"/map btc {LEVERAGE_BANDS[band]}").selection.leverage == frozenset({band})


@pytest.mark.parametrize("symbol", ["0x", "1000x", "x", "1inch", "c98", "ma", "light", "volume", "full"])
def test_the_first_word_is_the_coin_even_where_it_could_be_more(symbol: str) -> None:
    for line in (f"/map {symbol}", f"/map {symbol} 24h", f"/heatmap {symbol} 7d okx"):
        request = read(line)
        assert (request.symbols, request.picture.wishes) == ((symbol,), Wishes())
    request = read(f"/map {symbol} 50x light")
    assert request.symbols == (symbol,)
    assert request.selection.leverage == frozenset({2})


def test_a_word_before_the_coin_keeps_its_meaning() -> None:
    request = read("/map light 50x longs btc")
    assert (request.symbols, request.selection.leverage) == (("btc",), frozenset({2}))
    assert (request.picture.wishes.theme, request.picture.side) == (Theme.LIGHT, Side.LONG)


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("longs", Side.LONG),
        ("long only", Side.LONG),
        ("only longs", Side.LONG),
        ("shorts", Side.SHORT),
        ("short only", Side.SHORT),
        ("лонги", Side.LONG),
        ("только шорты", Side.SHORT),
        ("solo largos", Side.LONG),
        ("cortos", Side.SHORT),
        ("多头", Side.LONG),
        ("空单", Side.SHORT),
    ],
)
def test_a_side(words: str, side: Side) -> None:
    for line in (f"/map btc {words}", f"/zones btc {words}", f"btc {words} 7d", f"/heatmap 24h btc {words}"):
        request = read(line)
        assert (request.symbols, request.selection) == (("btc",), Selection(side=side))


@pytest.mark.parametrize(
    ("words", "selection"),
    [
        ("high", Selection(band=Band.HIGH)),
        ("high only", Selection(band=Band.HIGH, top_band=Band.HIGH)),
        ("medium-high", Selection(band=Band.MEDIUM, top_band=Band.HIGH)),
        ("low to medium", Selection(band=Band.LOW, top_band=Band.MEDIUM)),
        ("high zones", Selection(band=Band.HIGH)),
        ("50x leverage", Selection(frozenset({2}))),
        ("50x longs extreme", Selection(frozenset({2}), Side.LONG, Band.EXTREME)),
        ("средние лонги 20x+", Selection(frozenset({1, 2, 3}), Side.LONG, Band.MEDIUM)),
        ("", EVERYTHING),
    ],
)
def test_bands_stand_beside_the_other_filters(words: str, selection: Selection) -> None:
    assert read(f"/map btc {words}").selection == selection


@pytest.mark.parametrize(
    ("words", "wishes"),
    [
        ("by venue", Wishes(stack=Stack.VENUE)),
        ("venues", Wishes(stack=Stack.VENUE)),
        ("by exchange", Wishes(stack=Stack.VENUE)),
        ("по биржам", Wishes(stack=Stack.VENUE)),
        ("por bolsa", Wishes(stack=Stack.VENUE)),
        ("按交易所", Wishes(stack=Stack.VENUE)),
        ("by tier", Wishes(stack=Stack.TIER)),
        ("tiers", Wishes(stack=Stack.TIER)),
        ("by leverage", Wishes(stack=Stack.TIER)),
        ("по плечам", Wishes(stack=Stack.TIER)),
        ("por apalancamiento", Wishes(stack=Stack.TIER)),
        ("按杠杆", Wishes(stack=Stack.TIER)),
        ("seed", Wishes(palette=PaletteName.SEED)),
        ("exchange", Wishes(palette=PaletteName.EXCHANGE)),
        ("exchange colours", Wishes(palette=PaletteName.EXCHANGE)),
        ("dark mode", Wishes(theme=Theme.DARK)),
        ("light theme", Wishes(theme=Theme.LIGHT)),
        ("тёмная тема", Wishes(theme=Theme.DARK)),
        ("as file", Wishes(full=True)),
        ("colour-blind", Wishes(palette=BLIND)),
        ("color blind", Wishes(palette=BLIND)),
        ("colorblind", Wishes(palette=BLIND)),
        ("blind", Wishes(palette=BLIND)),
        ("для дальтоников", Wishes(palette=BLIND)),
        ("daltónico", Wishes(palette=BLIND)),
        ("色盲", Wishes(palette=BLIND)),
        ("light", Wishes(theme=Theme.LIGHT)),
        ("светлая", Wishes(theme=Theme.LIGHT)),
        ("claro", Wishes(theme=Theme.LIGHT)),
        ("浅色", Wishes(theme=Theme.LIGHT)),
        ("dark", Wishes(theme=Theme.DARK)),
        ("тёмная", Wishes(theme=Theme.DARK)),
        ("oscuro", Wishes(theme=Theme.DARK)),
        ("深色", Wishes(theme=Theme.DARK)),
        ("contrast 4", Wishes(contrast=4)),
        ("contrast=4", Wishes(contrast=4)),
        ("c4", Wishes(contrast=4)),
        ("контраст 1", Wishes(contrast=1)),
        ("contraste 5", Wishes(contrast=5)),
        ("对比度4", Wishes(contrast=4)),
        ("volume", Wishes(overlays=frozenset({Overlay.VOLUME}))),
        ("volume profile", Wishes(overlays=frozenset({Overlay.VOLUME}))),
        ("профиль объёма", Wishes(overlays=frozenset({Overlay.VOLUME}))),
        ("ma", Wishes(overlays=frozenset({Overlay.AVERAGE}))),
        ("moving average", Wishes(overlays=frozenset({Overlay.AVERAGE}))),
        ("скользящая средняя", Wishes(overlays=frozenset({Overlay.AVERAGE}))),
        ("media móvil", Wishes(overlays=frozenset({Overlay.AVERAGE}))),
        ("均线", Wishes(overlays=frozenset({Overlay.AVERAGE}))),
        ("volume ma", Wishes(overlays=BOTH)),
        ("full", Wishes(full=True)),
        ("full quality", Wishes(full=True)),
        ("high quality", Wishes(full=True)),
        ("в полном качестве", Wishes(full=True)),
        ("alta calidad", Wishes(full=True)),
        ("原图", Wishes(full=True)),
        (
            "by venue light exchange c2 vol ma full",
            Wishes(PaletteName.EXCHANGE, Theme.LIGHT, Stack.VENUE, BOTH, 2, full=True),
        ),
    ],
)
def test_how_a_picture_is_wished_for(words: str, wishes: Wishes) -> None:
    for line in (f"/map btc {words}", f"/heatmap btc {words} 24h", f"/map btc okx {words}"):
        request = read(line)
        assert (request.symbols, request.picture.wishes, request.selection) == (("btc",), wishes, EVERYTHING)


def test_the_chats_own_look_applies_where_nothing_else_is_said() -> None:
    own = Look(PaletteName.EXCHANGE, Theme.LIGHT)
    assert read("/map btc").picture.wishes.drawing(own) == Drawing(own)
    asked = read("/map btc dark by venue").picture.wishes.drawing(own)
    assert asked == Drawing(Look(PaletteName.EXCHANGE, Theme.DARK), Stack.VENUE)


@pytest.mark.parametrize(
    ("words", "moment", "at_ms"),
    [
        ("at 2026-02-05 12:00", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("at 2026-02-05 at 12:00", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("2026-02-05T12:00Z", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("2026/2/5 12:00 UTC", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("20260205T1200", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("05.02.2026 12:00", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("25/02/2026 12:00", Moment(None, 720, None, 2026, (2, 25)), at(2026, 2, 25, 12)),
        ("12:00 2026-02-05", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("5 Feb 12:00", Moment(None, 720, None, None, (2, 5)), at(2026, 2, 5, 12)),
        ("Feb 5 2026 3pm", Moment(None, 900, None, 2026, (2, 5)), at(2026, 2, 5, 15)),
        ("5 December 12:00", Moment(None, 720, None, None, (12, 5)), at(2025, 12, 5, 12)),
        ("29 feb 12:00", Moment(None, 720, None, None, (2, 29)), at(2024, 2, 29, 12)),
        ("5 февраля в 12:00", Moment(None, 720, None, None, (2, 5)), at(2026, 2, 5, 12)),
        ("5 de febrero a las 12:00", Moment(None, 720, None, None, (2, 5)), at(2026, 2, 5, 12)),
        ("2月5日12点", Moment(None, 720, None, None, (2, 5)), at(2026, 2, 5, 12)),
        ("2026年2月5日 12:00", Moment(None, 720, None, 2026, (2, 5)), at(2026, 2, 5, 12)),
        ("at 12:00", Moment(None, 720), at(2026, 10, 4, 12)),
        ("в 12:00", Moment(None, 720), at(2026, 10, 4, 12)),
        ("at 14:30", Moment(None, 870), NOW),
        ("at 14:31", Moment(None, 871), at(2026, 10, 3, 14, 31)),
        ("at 15:00", Moment(None, 900), at(2026, 10, 3, 15)),
        ("yesterday 12:00", Moment(None, 720, 1), at(2026, 10, 3, 12)),
        ("yesterday at 12:00", Moment(None, 720, 1), at(2026, 10, 3, 12)),
        ("12:00 yesterday", Moment(None, 720, 1), at(2026, 10, 3, 12)),
        ("today 9:15", Moment(None, 555, 0), at(2026, 10, 4, 9, 15)),
        ("вчера в 12:00", Moment(None, 720, 1), at(2026, 10, 3, 12)),
        ("позавчера 12:00", Moment(None, 720, 2), at(2026, 10, 2, 12)),
        ("ayer a las 12:00", Moment(None, 720, 1), at(2026, 10, 3, 12)),
        ("昨天12点", Moment(None, 720, 1), at(2026, 10, 3, 12)),
        ("昨天 12:30", Moment(None, 750, 1), at(2026, 10, 3, 12, 30)),
        ("6h ago", Moment(6 * HOUR), NOW - 6 * HOUR),
        ("6 hours ago", Moment(6 * HOUR), NOW - 6 * HOUR),
        ("2d ago", Moment(48 * HOUR), NOW - 48 * HOUR),
        ("6 часов назад", Moment(6 * HOUR), NOW - 6 * HOUR),
        ("hace 6 horas", Moment(6 * HOUR), NOW - 6 * HOUR),
        ("6小时前", Moment(6 * HOUR), NOW - 6 * HOUR),
    ],
)
def test_a_moment_of_the_past(words: str, moment: Moment, at_ms: int) -> None:
    for line in (f"/map btc {words}", f"/map btc 7d {words}", f"/map btc {words} 50x"):
        request = read(line)
        assert (request.symbols, request.picture.moment) == (("btc",), moment)
        assert moment.ms(NOW) == at_ms
        assert request.window in (None, "7d")
        assert request.picture.moment is not None
        assert read(f"/map btc {request.picture.moment.said}").picture.moment == moment


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("25:00", ()),
        ("12:75", ()),
        ("2026-13-05 12:00", ()),
        ("2026-02-30 12:00", ()),
        ("31 feb 12:00", ()),
        ("0000-01-05 12:00", ()),
        ("05.01.0000 12:00", ()),
        ("5 jan 0000 12:00", ()),
        ("0h ago", ()),
        ("99y ago", ()),
        ("13pm", ()),
        ("02/05/2026 12:00", ("2026-02-05 12:00", "2026-05-02 12:00")),
        ("yesterday", ("yesterday 00:00", "yesterday 06:00", "yesterday 12:00", "yesterday 18:00")),
        ("2026-02-05", ("2026-02-05 00:00", "2026-02-05 06:00", "2026-02-05 12:00", "2026-02-05 18:00")),
    ],
)
def test_what_names_no_moment_is_asked_back(words: str, options: tuple[str, ...]) -> None:
    request = parse_request(f"/map btc {words}")
    assert (request.symbols, request.picture.moment) == (("btc",), None)
    assert [(one.kind, one.options) for one in request.problems] == [(ProblemKind.MOMENT_UNCLEAR, options)]
    for option in options:
        assert read(f"/map btc {option}").picture.moment is not None


@pytest.mark.parametrize(
    ("words", "kind", "options"),
    [
        ("longs shorts", ProblemKind.TWO_SIDES, ("longs", "shorts")),
        ("by venue by tier", ProblemKind.TWO_STACKS, ("venues", "tiers")),
        ("seed exchange", ProblemKind.TWO_PALETTES, ("seed", "exchange")),
        ("light dark", ProblemKind.TWO_THEMES, ("light", "dark")),
        ("contrast 2 contrast 4", ProblemKind.TWO_CONTRASTS, ("contrast 2", "contrast 4")),
        ("at 12:00 6h ago", ProblemKind.TWO_MOMENTS, ("12:00", "6h ago")),
    ],
)
def test_of_two_of_a_kind_both_are_offered(words: str, kind: ProblemKind, options: tuple[str, ...]) -> None:
    request = parse_request(f"/map btc {words}")
    assert [(problem.kind, problem.options) for problem in request.problems] == [(kind, options)]
    for option in options:
        read(f"/map btc {option}")
    assert read(f"/map btc {options[0]} {options[0]}").problems == ()


@pytest.mark.parametrize("words", ["contrast", "contrast 0", "contrast 6", "contrast 3.5", "c9"])
def test_a_contrast_out_of_range_is_refused_with_the_range(words: str) -> None:
    request = parse_request(f"/heatmap btc {words}")
    assert [problem.kind for problem in request.problems] == [ProblemKind.CONTRAST_OUT_OF_RANGE]
    assert request.problems[0].options == tuple(f"contrast {level}" for level in range(1, 6))


@pytest.mark.parametrize(
    ("line", "symbols"),
    [
        ("/heatmap btc", ("btc",)),
        ("/heat btc", ("btc",)),
        ("heat map btc", ("btc",)),
        ("/heatmap@SomeBot btc", ("btc",)),
        ("тепловая карта биткоин", ("биткоин",)),
        ("mapa de calor btc", ("btc",)),
        ("热力图 btc", ("btc",)),
    ],
)
def test_a_heatmap_has_several_names(line: str, symbols: tuple[str, ...]) -> None:
    request = read(line)
    assert (request.command, request.symbols) == ("heatmap", symbols)


@pytest.mark.parametrize("command", ["why", "gradient", "liq", "near", "score"])
def test_elsewhere_these_words_mean_nothing(command: str) -> None:
    request = parse_request(f"/{command} btc 50x light")
    assert (request.selection, request.picture.wishes) == (EVERYTHING, Wishes())


_PIECES = st.sampled_from([
    "btc", "50x", "20x+", "10-25x", "longs", "short", "by", "venue", "light", "exchange", "contrast", "4",
    "c9", "ma", "full", "quality", "at", "12:00", "yesterday", "6h", "ago", "2026-02-05", "5", "feb", "点",
    "昨天", "from", "to", "25x", "31.02.2026", "02/05/2026", "T", "~",
    "only", "high", "7d", "-ago", ":", "99:99pm",
])  # fmt: skip
_DATED = st.one_of(
    *(
        st.from_regex(shape, fullmatch=True)
        for shape in (
            r"\d{4}[-./]\d{1,2}[-./]\d{1,2}[ T]\d{1,2}:\d{2}",
            r"(0000|0001|9999|\d{4})(-01-05 | ?0105T)(00:00|2359)z?",
            r"\d{1,2}[-./]\d{1,2}[-./]\d{4} \d{1,2}([ap]m|:\d{2})",
            r"\d{1,2} (jan|feb|дек|mayo)( (0000|\d{4}))? \d{1,2}:\d{2}",
            r"(\d{4}年)?\d{1,2}月\d{1,2}日 ?\d{1,2}点",
            r"\d{1,25}(m|h|d|w|y|час)[- ](ago|назад)",
        )
    )
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=30))
def test_no_heap_of_known_words_makes_it_fail(pieces: list[str]) -> None:
    for command in ("/map", "/heatmap", ""):
        request = parse_request(" ".join([command, *pieces]))
        assert request.selection.leverage
        if request.picture.moment is not None:
            request.picture.moment.ms(NOW)


@settings(max_examples=300, deadline=None)
@given(_DATED)
def test_whatever_looks_like_a_time_is_a_moment_or_asked_back(words: str) -> None:
    request = parse_request(f"/map btc {words}")
    if request.picture.moment is not None:
        assert isinstance(request.picture.moment.ms(NOW), int)
