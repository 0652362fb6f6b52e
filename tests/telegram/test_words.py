from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.liquidation.windows import WINDOWS
from bot.liquidation.zone import Band
from bot.telegram.problem import ProblemKind
from bot.telegram.words import MOST_WORDS, Request, parse_request

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def kinds(request: Request) -> list[ProblemKind]:
    return [problem.kind for problem in request.problems]


@pytest.mark.parametrize(
    ("text", "command", "symbols"),
    [
        ("/map btc", "map", ("btc",)),
        ("/map@LiquidationBot btc", "map", ("btc",)),
        ("/MAP BTC", "map", ("BTC",)),
        ("карта биткоин", "map", ("биткоин",)),
        ("Карта Биткоин", "map", ("Биткоин",)),
        ("btc", None, ("btc",)),
        ("/map", "map", ()),
        ("", None, ()),
        ("/map BTC-USDT-SWAP", "map", ("BTC-USDT-SWAP",)),
        ("/map btc/usdt", "map", ("btc/usdt",)),
        ("/map btc usdt", "map", ("btc usdt",)),
        ("/map btc perp okx", "map", ("btc perp",)),
        ("/map bitcoin cash 7d", "map", ("bitcoin cash",)),
        ("/map btc inverse bybit", "map", ("btc inverse",)),
        ("/map btc perp inverse", "map", ("btc perp inverse",)),
        ("/map inverse btc 24h", "map", ("btc inverse",)),
        ("/map btc 24h coin-margined", "map", ("btc inverse",)),
        ("/zones BTC coin margined", "zones", ("BTC inverse",)),
        ("карта биткоин инверсный", "map", ("биткоин inverse",)),
        ("/map inverse", "map", ("inverse",)),
        ("/subscribe btc inverse eth", "subscribe", ("btc inverse", "eth")),
        ("/map ＢＴＣ", "map", ("BTC",)),
        ("/map b\u200btc", "map", ("btc",)),
        ("/map 1000pepe", "map", ("1000pepe",)),
        ("/map 1inch 7d", "map", ("1inch",)),
        ("/map 4", "map", ("4",)),
        ("/map s 7d", "map", ("s",)),
        ("/map high", "map", ("high",)),
        ("/map high 7d", "map", ("high",)),
        ("/map on", "map", ("on",)),
        ("/map day 3d", "map", ("day",)),
        ("/map 7d btc", "map", ("btc",)),
        ("/map okx btc", "map", ("btc",)),
        ("/map for btc please", "map", ("btc",)),
        ("/subscribe btc, eth; sol", "subscribe", ("btc", "eth", "sol")),
        ("/subscribe btc btc", "subscribe", ("btc",)),
        ("/subscribe btc and eth", "subscribe", ("btc", "eth")),
        ("/unsubscribe eth", "unsubscribe", ("eth",)),
        ("/map <b>btc</b>", "map", ("<b>btc</b>",)),
        ("/unheard btc", "unheard", ("btc",)),
    ],
)
def test_the_symbol_is_the_first_word_that_is_nothing_else(
    text: str, command: str | None, symbols: tuple[str, ...]
) -> None:
    request = parse_request(text)
    assert (request.command, request.symbols, request.problems) == (command, symbols, ())


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("12h", "12h"),
        ("24h", "24h"),
        ("24H", "24h"),
        ("1d", "24h"),
        ("day", "24h"),
        ("3d", "3d"),
        ("72h", "3d"),
        ("3 days", "3d"),
        ("3-days", "3d"),
        ("3д", "3d"),
        ("3 дня", "3d"),
        ("7 дней", "7d"),
        ("7天", "7d"),
        ("1w", "7d"),
        ("1 week", "7d"),
        ("last week", "7d"),
        ("неделя", "7d"),
        ("за неделю", "7d"),
        ("una semana", "7d"),
        ("24ч", "24h"),
        ("12 часов", "12h"),
        ("30d", "30d"),
        ("1 month", "30d"),
        ("1 месяц", "30d"),
        ("1mo", "30d"),
        ("90d", "90d"),
        ("3 months", "90d"),
        ("quarter", "90d"),
        ("6 месяцев", "180d"),
        ("полгода", "180d"),
        ("1y", "1y"),
        ("12 months", "1y"),
        ("1 год", "1y"),
        ("365 дней", "1y"),
        ("7d 1w", "7d"),
    ],
)
def test_a_window_is_understood_in_any_spelling(words: str, window: str) -> None:
    after, before = parse_request(f"/map btc {words}"), parse_request(f"/map {words} btc")
    if words.startswith("una"):
        assert after.window == window
        return
    assert (after.symbols, after.window, after.problems) == (("btc",), window, ())
    if words.split()[0] not in ("day", "неделя", "quarter", "полгода"):
        assert (before.symbols, before.window, before.problems) == (("btc",), window, ())


@pytest.mark.parametrize("words", ["5h", "2y", "60d", "30m", "2 года", "0d", "5 месяцев"])
def test_a_window_that_is_not_offered_is_refused_with_those_that_are(words: str) -> None:
    request = parse_request(f"/map btc {words}")
    assert (request.symbols, request.window) == (("btc",), None)
    assert kinds(request) == [ProblemKind.WINDOW_NOT_OFFERED]
    assert request.problems[0].options == tuple(WINDOWS)


@pytest.mark.parametrize("words", ["1m", "1M", "1м"])
def test_minutes_are_not_months(words: str) -> None:
    request = parse_request(f"/map btc {words}")
    assert (request.window, kinds(request)) == (None, [ProblemKind.MINUTES_OR_MONTH])
    assert request.problems[0].options == ("30d",)


@pytest.mark.parametrize(
    ("word", "venue"),
    [
        ("binance", "binance"),
        ("BINANCE", "binance"),
        ("bin", "binance"),
        ("бинанс", "binance"),
        ("币安", "binance"),
        ("okx", "okx"),
        ("OKX", "okx"),
        ("okex", "okx"),
        ("окх", "okx"),
        ("bybit", "bybit"),
        ("байбит", "bybit"),
        ("gate", "gate"),
        ("Gate.io", "gate"),
        ("гейт", "gate"),
    ],
)
def test_a_venue_is_understood_before_and_after_the_symbol(word: str, venue: str) -> None:
    for text in (f"/map btc {word}", f"/map {word} btc", f"/map btc 7d {word}"):
        request = parse_request(text)
        assert (request.symbols, request.venue, request.problems) == (("btc",), venue, ())


@pytest.mark.parametrize(
    ("words", "distance"),
    [
        ("1.5%", 0.015),
        ("1,5%", 0.015),
        ("1,5 %", 0.015),
        ("2 %", 0.02),
        ("±2%", 0.02),
        ("2 percent", 0.02),
        ("2 процента", 0.02),
        ("0.1%", 0.001),
        ("20%", 0.2),
        ("within 3％", 0.03),
        ("2", 0.02),
        ("0.5", 0.005),
        ("1,5", 0.015),
        ("20", 0.2),
    ],
)
def test_a_distance_is_understood_with_and_without_its_sign(words: str, distance: float) -> None:
    request = parse_request(f"/subscribe btc {words}")
    assert request.distance == pytest.approx(distance)
    assert (request.symbols, request.problems) == (("btc",), ())


@pytest.mark.parametrize("words", ["0%", "0 %", "500%", "500 %", "0.05%", "20.5%", "-1%", "0", "999999%"])
def test_a_distance_out_of_range_is_refused_with_the_range(words: str) -> None:
    request = parse_request(f"/subscribe btc {words}")
    assert (request.distance, kinds(request)) == (None, [ProblemKind.DISTANCE_OUT_OF_RANGE])
    assert request.problems[0].options == ("0.1%", "20%")


@pytest.mark.parametrize("words", ["97200", "97,200", "97 200", "97.2k", "$97200", "97,2к", "0.05", "500"])
def test_a_number_that_is_no_distance_looks_like_a_price(words: str) -> None:
    request = parse_request(f"/subscribe btc {words}")
    assert (request.symbols, request.distance) == (("btc",), None)
    assert kinds(request) == [ProblemKind.LOOKS_LIKE_PRICE]


def test_a_number_alone_means_nothing_on_a_map() -> None:
    request = parse_request("/map btc 7")
    assert (request.window, kinds(request)) == (None, [ProblemKind.NUMBER_WITHOUT_UNIT])


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("low", Band.LOW),
        ("Medium", Band.MEDIUM),
        ("HIGH", Band.HIGH),
        ("high and up", Band.HIGH),
        ("high+", Band.HIGH),
        ("extreme", Band.EXTREME),
        ("высокий и выше", Band.HIGH),
        ("высокие", Band.HIGH),
        ("средняя", Band.MEDIUM),
        ("низкий", Band.LOW),
        ("экстрим", Band.EXTREME),
        ("экстремальные", Band.EXTREME),
        ("alto", Band.HIGH),
    ],
)
def test_a_band_is_understood_after_the_symbol(words: str, band: Band) -> None:
    request = parse_request(f"/subscribe btc 2% {words}")
    assert (request.symbols, request.distance, request.band, request.problems) == (("btc",), 0.02, band, ())


@pytest.mark.parametrize(
    ("words", "every_ms"),
    [
        ("every 4h", 4 * HOUR),
        ("every 30m", 30 * MINUTE),
        ("every 15 minutes", 15 * MINUTE),
        ("every 7d", 7 * DAY),
        ("every day", DAY),
        ("every hour", HOUR),
        ("hourly", HOUR),
        ("daily", DAY),
        ("weekly", 7 * DAY),
        ("каждые 4 часа", 4 * HOUR),
        ("каждый час", HOUR),
        ("каждые 30 минут", 30 * MINUTE),
        ("ежедневно", DAY),
        ("раз в неделю", 7 * DAY),
        ("cada 4 horas", 4 * HOUR),
        ("每4小时", 4 * HOUR),
        ("4h", 4 * HOUR),
        ("12h", 12 * HOUR),
    ],
)
def test_a_period_is_understood_in_any_spelling(words: str, every_ms: int) -> None:
    request = parse_request(f"/schedule btc {words}")
    assert (request.symbols, request.every_ms, request.window) == (("btc",), every_ms, None)
    assert request.problems == ()


def test_a_period_and_a_window_stand_side_by_side() -> None:
    for text in ("/schedule btc every 4h 7d @somewhere", "/schedule btc 7d 4h @somewhere"):
        request = parse_request(text)
        assert (request.every_ms, request.window, request.channel) == (4 * HOUR, "7d", "@somewhere")
        assert request.problems == ()


@pytest.mark.parametrize("words", ["every 5m", "every 14m", "every 8d", "every 2 months", "every 0h"])
def test_a_period_out_of_range_is_refused_with_the_range(words: str) -> None:
    request = parse_request(f"/schedule btc {words}")
    assert (request.every_ms, kinds(request)) == (None, [ProblemKind.PERIOD_OUT_OF_RANGE])
    assert request.problems[0].options == ("15m", "7d")


@pytest.mark.parametrize("words", ["every", "every @channel", "every so often"])
def test_every_without_a_period_is_asked_back(words: str) -> None:
    assert ProblemKind.PERIOD_MISSING in kinds(parse_request(f"/schedule btc {words}"))


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("@channel", "@channel"),
        ("@My_Channel_1", "@My_Channel_1"),
        ("https://t.me/channel", "@channel"),
        ("t.me/channel", "@channel"),
        ("-1001234567890", "-1001234567890"),
    ],
)
def test_a_channel_is_understood_by_name_link_and_number(word: str, channel: str) -> None:
    request = parse_request(f"/schedule btc every 4h {word}")
    assert (request.channel, request.problems) == (channel, ())


@pytest.mark.parametrize(
    ("text", "kind", "options"),
    [
        ("/map btc 7d 30d", ProblemKind.TWO_WINDOWS, ("7d", "30d")),
        ("/map btc okx bybit", ProblemKind.TWO_VENUES, ("okx", "bybit")),
        ("/map btc eth", ProblemKind.TWO_SYMBOLS, ("btc", "eth")),
        ("/why btc z42 z43", ProblemKind.TWO_ZONES, ("Z42", "Z43")),
        ("/why btc eth z42", ProblemKind.TWO_SYMBOLS, ("btc", "eth")),
        ("/subscribe btc 1% 2%", ProblemKind.TWO_DISTANCES, ("1%", "2%")),
        ("/subscribe btc low high", ProblemKind.TWO_BANDS, ("Low", "High")),
        ("/schedule btc every 4h every 6h", ProblemKind.TWO_PERIODS, ("every 4h", "every 6h")),
        ("/schedule btc hourly @first @other", ProblemKind.TWO_CHANNELS, ("@first", "@other")),
    ],
)
def test_of_two_of_a_kind_both_are_offered(text: str, kind: ProblemKind, options: tuple[str, ...]) -> None:
    request = parse_request(text)
    assert (kinds(request), request.problems[0].options) == ([kind], options)


@pytest.mark.parametrize(
    ("text", "symbols", "zone"),
    [
        ("/why Z42", (), "Z42"),
        ("/why z42", (), "Z42"),
        ("why z42", (), "Z42"),
        ("WHY Z42?", (), "Z42"),
        ("/why #z42", (), "Z42"),
        ("/why 42", (), "Z42"),
        ("/why Z042", (), "Z42"),
        ("/why btc Z42", ("btc",), "Z42"),
        ("/why z42 btc", ("btc",), "Z42"),
        ("/why btc usdt z42", ("btc usdt",), "Z42"),
        ("/why btc zone z42", ("btc",), "Z42"),
        ("/why btc zone 42", ("btc",), "Z42"),
        ("/why btc 42", ("btc",), "Z42"),
        ("/why 4 42", ("4",), "Z42"),
        ("/why 4 z42", ("4",), "Z42"),
        ("/why BTC/USDT:USDT Z42", ("BTC/USDT:USDT",), "Z42"),
        ("/why ｂｔｃ Ｚ４２", ("btc",), "Z42"),
        ("почему Z42", (), "Z42"),
        ("почему биткоин з42", ("биткоин",), "Z42"),
        ("почему эфир зона 42", ("эфир",), "Z42"),
        ("/why@LiquidationBot btc z42", ("btc",), "Z42"),
        ("/why btc", ("btc",), None),
        ("/why", (), None),
        ("/why z42 Z42", (), "Z42"),
    ],
)
def test_a_zone_is_understood_in_any_spelling(text: str, symbols: tuple[str, ...], zone: str | None) -> None:
    request = parse_request(text)
    assert (request.command, request.symbols, request.zone) == ("why", symbols, zone)
    assert request.problems == ()


@pytest.mark.parametrize("text", ["/map z42", "/zones z42", "/subscribe z42"])
def test_elsewhere_the_name_of_a_zone_may_be_a_coin(text: str) -> None:
    request = parse_request(text)
    assert (request.symbols, request.zone) == (("z42",), None)


@pytest.mark.parametrize(
    ("text", "symbols", "venue"),
    [
        ("/model", (), None),
        ("model", (), None),
        ("модель", (), None),
        ("/model btc okx", ("btc",), "okx"),
        ("/model okx btc", ("btc",), "okx"),
        ("модель биткоин окх", ("биткоин",), "okx"),
        ("MODEL BTC", ("BTC",), None),
    ],
)
def test_the_model_is_asked_for_with_and_without_a_pair(
    text: str, symbols: tuple[str, ...], venue: str | None
) -> None:
    request = parse_request(text)
    assert (request.command, request.symbols, request.venue) == ("model", symbols, venue)
    assert request.problems == ()


def test_everything_at_once_in_any_order() -> None:
    wanted = parse_request("/subscribe btc eth 1,5 % high and up okx")
    assert wanted == parse_request("/subscribe okx 1.5% btc eth high+")
    assert (wanted.symbols, wanted.venue, wanted.band) == (("btc", "eth"), "okx", Band.HIGH)


def test_russian_words_make_a_whole_request() -> None:
    request = parse_request("карта биткоин 3д окх")
    assert (request.command, request.symbol_text, request.window, request.venue) == (
        "map",
        "биткоин",
        "3d",
        "okx",
    )


def test_the_command_may_come_from_outside() -> None:
    assert parse_request("btc 2", command="subscribe").distance == pytest.approx(0.02)


def test_noise_is_cut_and_said_to_be_too_long() -> None:
    for noise in ("x" * 4000, "слово " * 700, "7d " * 1300, "<" * 4000, "1 " * 2000, "9" * 4000):
        request = parse_request("/map " + noise)
        assert ProblemKind.TOO_LONG in kinds(request)
        assert len(request.symbols) <= MOST_WORDS


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    for line in (text, f"/map {text}", f"/subscribe btc {text}", f"/schedule btc every {text}"):
        request = parse_request(line)
        assert request.window is None or request.window in WINDOWS
        assert request.distance is None or 0.00099 < request.distance < 0.20001
        assert request.every_ms is None or 15 * MINUTE <= request.every_ms <= 7 * DAY


_PIECES = st.sampled_from([
    "btc", "eth", "high", "7d", "1m", "1w", "2%", "2", "%", "97", "200", "every", "каждые", "4h", "daily",
    "okx", "окх", "and", "@chan", "@", "/", "-100123456789", "0", "1,5", "$", "k", "97.2k", ",", ".",
    "day", "час", "z42", "zone", "1e9", "١٢", "½", "²", "每", "\u200b", "\u202e",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_no_heap_of_known_words_makes_it_fail(pieces: list[str]) -> None:
    for command in ("/map", "/subscribe", "/schedule", "/why"):
        parse_request(" ".join([command, *pieces]))


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="0123456789 ,.%hdм-+$kк", min_size=4000, max_size=4000))
def test_four_thousand_characters_take_no_time(text: str) -> None:
    started = time.perf_counter()
    parse_request("/subscribe " + text)
    assert time.perf_counter() - started < 0.5
