"""The words the parser of requests knows, by meaning; all of them in lower case."""

from __future__ import annotations

from bot.language import Language
from bot.look import PaletteName, Theme

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS


def _each(meaning: int, words: str) -> dict[str, int]:
    return dict.fromkeys(words.split(), meaning)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


COMMANDS: dict[str, str] = {
    "map": "map", "карта": "map", "mapa": "map", "地图": "map",
    "heatmap": "heatmap", "heat": "heatmap", "хитмап": "heatmap", "теплокарта": "heatmap",
    "热力图": "heatmap", "热图": "heatmap",
    "compare": "compare", "сравни": "compare", "сравнить": "compare", "сравнение": "compare",
    "comparar": "compare", "compara": "compare", "comparación": "compare", "对比": "compare",
    "比较": "compare",
    "evolution": "evolution", "эволюция": "evolution", "evolución": "evolution", "evolucion": "evolution",
    "演变": "evolution",
    "replay": "replay", "реплей": "replay", "повтор": "replay", "repetición": "replay", "回放": "replay",
    "zones": "zones", "zone": "zones", "зоны": "zones", "zonas": "zones", "区域": "zones",
    "subscribe": "subscribe", "sub": "subscribe", "подписка": "subscribe", "подписаться": "subscribe",
    "подпиши": "subscribe", "suscribir": "subscribe", "订阅": "subscribe",
    "unsubscribe": "unsubscribe", "unsub": "unsubscribe",
    "отписка": "unsubscribe", "отписаться": "unsubscribe",
    "alerts": "alerts", "алерты": "alerts", "alertas": "alerts",
    "schedule": "schedule", "расписание": "schedule", "unschedule": "unschedule",
    "why": "why", "почему": "why", "porqué": "why", "为什么": "why",
    "history": "history", "история": "history", "historia": "history", "历史": "history",
    "gradient": "gradient", "градиент": "gradient", "gradiente": "gradient", "梯度": "gradient",
    "quiet": "quiet", "тихо": "quiet", "gaps": "quiet",
    "model": "model", "модель": "model", "modelo": "model", "模型": "model",
    "liquidations": "liquidations", "ликвидации": "liquidations", "liquidaciones": "liquidations",
    "爆仓": "liquidations", "清算": "liquidations",
    "liq": "liq", "ликва": "liq", "ликвидация": "liq", "强平价": "liq",
    "stop": "stop", "sl": "stop", "стоп": "stop", "止损": "stop",
    "target": "target", "цель": "target", "objetivo": "target", "目标": "target",
    "cascade": "cascade", "каскад": "cascade", "cascada": "cascade", "连锁": "cascade",
    "impact": "impact", "влияние": "impact", "impacto": "impact", "冲击": "impact",
    "near": "near", "рядом": "near", "cerca": "near", "附近": "near",
    "snooze": "snooze", "mute": "snooze", "пауза": "snooze", "тише": "snooze", "pausa": "snooze",
    "silenciar": "snooze", "静音": "snooze",
    "event": "event", "событие": "event", "evento": "event", "事件": "event",
    "hours": "hours", "часы": "hours", "horas": "hours", "免打扰": "hours",
    "timezone": "timezone", "tz": "timezone", "пояс": "timezone", "时区": "timezone",
    "budget": "budget", "бюджет": "budget", "presupuesto": "budget", "预算": "budget",
    "digest": "digest", "дайджест": "digest", "сводка": "digest", "resumen": "digest", "摘要": "digest",
    "palette": "palette", "colours": "palette", "colors": "palette", "палитра": "palette", "цвета": "palette",
    "paleta": "palette", "colores": "palette", "配色": "palette",
    "theme": "theme", "тема": "theme", "tema": "theme", "主题": "theme",
    "language": "language", "lang": "language", "язык": "language", "idioma": "language", "语言": "language",
    "settings": "settings", "настройки": "settings", "ajustes": "settings", "设置": "settings",
    "score": "score", "счёт": "score", "оценки": "score", "puntuación": "score", "战绩": "score",
    "status": "status", "статус": "status", "help": "help",
    "помощь": "help", "start": "start", "старт": "start",
}  # fmt: skip

VENUE_WORDS: dict[str, str] = {
    **dict.fromkeys(_set("binance bin бинанс бинанц бинансе 币安"), "binance"),
    **dict.fromkeys(_set("okx okex окх окекс окэкс окx okх оkx 欧易"), "okx"),
    **dict.fromkeys(_set("bybit байбит бибит байбите"), "bybit"),
    **dict.fromkeys(_set("gate gateio gate.io гейт гейте 芝麻开门"), "gate"),
}

DURATION_UNITS: dict[str, int] = {
    **_each(MINUTE_MS, "m min mins minute minutes м мин минут минуты минута минуту minuto minutos 分钟"),
    **_each(HOUR_MS, "h hr hrs hour hours ч час часа часов hora horas 小时"),
    **_each(DAY_MS, "d day days д дн день дня дней сут сутки суток día dia días dias 天 日"),
    **_each(WEEK_MS, "w wk week weeks н нед неделя недели недель неделю semana semanas 周"),
    **_each(365 * DAY_MS, "y yr year years г год года лет año años 年"),
}
MONTH_UNITS: frozenset[str] = _set("mo month months мес месяц месяца месяцев mes meses 月 个月")
PERCENT_WORDS: tuple[str, ...] = (
    "%", "percents", "percent", "pct", "проценты", "процента", "процентов", "процент", "проц",
)  # fmt: skip

ATR_WORDS: tuple[str, ...] = ("atrs", "atr", "атр")

WINDOW_WORDS: dict[str, int] = {
    **_each(DAY_MS, "day день сутки día dia"),
    **_each(WEEK_MS, "week неделя неделю semana"),
    **_each(30 * DAY_MS, "month месяц mes"),
    **_each(90 * DAY_MS, "quarter квартал trimestre"),
    **_each(180 * DAY_MS, "полгода semestre"),
    **_each(365 * DAY_MS, "year год año"),
}
PERIOD_WORDS: dict[str, int] = {
    **_each(HOUR_MS, "hourly hour ежечасно час часа hora"),
    **_each(DAY_MS, "daily ежедневно"),
    **_each(WEEK_MS, "weekly еженедельно"),
}
EVERY_WORDS: frozenset[str] = _set("every each каждый каждая каждую каждое каждые cada 每")

BAND_WORDS: dict[str, int] = {
    **_each(0, "low bajo baja 低"),
    **_each(1, "medium med mid medio media 中"),
    **_each(2, "high alto alta 高"),
    **_each(3, "extreme extremo extrema 极高"),
}
BAND_STEMS: dict[str, int] = {"низк": 0, "средн": 1, "высок": 2, "экстрем": 3, "экстрим": 3}

# Between two bands: from the one to the other.
RANGE_WORDS: frozenset[str] = _set("- – — to till through до по a hasta 至 到")
ONLY_WORDS: frozenset[str] = _set("only just только solo solamente 只 仅")

PRESET_WORDS: dict[str, str] = {
    **dict.fromkeys(
        _set("scalper scalp scalping скальпер скальп скальпинг скальпера 剥头皮 短线"), "scalper"
    ),
    **dict.fromkeys(
        _set("day daytrader day-trader intraday дневной день интрадей día dia intradía intradia 日内"), "day"
    ),
    **dict.fromkeys(_set("swing swinger swing-trader свинг свингер 波段"), "swing"),
}

SESSION_WORDS: dict[str, str] = {
    **dict.fromkeys(_set("asia asian tokyo japan азия азии токио 亚洲 东京"), "asia"),
    **dict.fromkeys(_set("london europe eu лондон лондона европа londres europa 伦敦 欧洲"), "london"),
    **dict.fromkeys(
        _set("ny nyc newyork new-york us usa america нью-йорк ньюйорк сша америка 纽约 美国"), "ny"
    ),
}
PALETTE_WORDS: dict[str, PaletteName] = {
    **dict.fromkeys(
        _set("seed default usual обычная стандартная обычные habitual predeterminada 默认 标准"),
        PaletteName.SEED,
    ),
    **dict.fromkeys(_set("exchange биржа биржевая биржевые bolsa 交易所 反色"), PaletteName.EXCHANGE),
    **dict.fromkeys(
        _set(
            "colour-blind color-blind colourblind colorblind blind дальтоник дальтоника дальтоников "
            "daltónico daltonico daltónica daltonismo 色盲 色弱"
        ),
        PaletteName.COLOUR_BLIND,
    ),
}
THEME_WORDS: dict[str, Theme] = {
    **dict.fromkeys(
        _set("dark night тёмная темная тёмную темную тёмный темный oscuro oscura 深色 暗色 夜间"), Theme.DARK
    ),
    **dict.fromkeys(_set("light white светлая светлую светлый claro clara 浅色 亮色 白色"), Theme.LIGHT),
}
LANGUAGE_WORDS: dict[str, Language] = {
    **dict.fromkeys(_set("en english английский inglés ingles 英语 英文"), Language.ENGLISH),
    **dict.fromkeys(_set("ru russian русский ruso 俄语 俄文"), Language.RUSSIAN),
    **dict.fromkeys(_set("zh cn chinese китайский chino 中文 汉语 简体中文"), Language.CHINESE),
    **dict.fromkeys(_set("es spanish испанский español espanol castellano 西班牙语 西语"), Language.SPANISH),
}
ALL_WORDS: frozenset[str] = _set("all everything all-three всё все todo todas todos 全部")

OFF_WORDS: frozenset[str] = _set(
    "off stop none no end cancel выкл выключи выключить стоп нет отмена отмени apagar desactivar ninguno fin "
    "关 关闭 取消 停止"
)

# Beside a zone's name in /why; elsewhere they are the command itself, or a coin.
ZONE_WORDS: frozenset[str] = _set("zone zones зона зону зоны zona zonas 区域")

FILLERS: frozenset[str] = _set(
    "please plz for on the at of in from to within and or up above higher + with me show give by over last "
    "past "
    "на за для по из от до в во и или выше пожалуйста покажи дай мне раз последние последний пределах "
    "de en por para y el la los las último últimos"
)

# Contracts whose margin is the coin itself; wherever the word stands, it is part of the symbol.
INVERSE = "inverse"
INVERSE_WORDS: frozenset[str] = _set(
    "inverse coin-margined coin_margined coinm coin-m "
    "инверс инверсный инверсная инверсные inverso inversa 反向 币本位"
)

# What may follow a coin as a second word of the same symbol.
SECOND_WORDS: frozenset[str] = _set(
    "usdt usdc usd fdusd perp perpetual swap futures future перп своп бессрочный cash classic кэш кеш классик"
)

# Of a position: 0 is a long, 1 a short.
SIDE_WORDS: dict[str, int] = {
    **_each(0, "long longs buy largo larga largos largas 多 多头 多单 做多"),
    **_each(1, "short shorts sell corto corta cortos cortas 空 空头 空单 做空"),
}
SIDE_STEMS: dict[str, int] = {"лонг": 0, "шорт": 1}
ENTRY_WORDS: frozenset[str] = _set("entry entered вход входа entrada 入场 开仓 @")
STOP_WORDS: frozenset[str] = _set("stop stoploss stop-loss sl стоп стопом 止损")
RISK_WORDS: frozenset[str] = _set("risk risking риск риском рискую riesgo 风险")
UP_WORDS: frozenset[str] = _set("up rise above вверх вырастет рост arriba sube 上 涨")
DOWN_WORDS: frozenset[str] = _set("down fall below вниз упадёт упадет падение abajo baja 下 跌")

# Of a picture. Where words stand side by side they are made one first, as PICTURE_PHRASES say.
PICTURE_COMMANDS: frozenset[str | None] = frozenset(
    {"map", "schedule", "heatmap", "replay", "zones", "compare", "evolution", None}
)
STACK_WORDS: dict[str, str] = {
    **dict.fromkeys(_set("tiers tier плечи плечам apalancamientos 按杠杆"), "tier"),
    **dict.fromkeys(_set("venues venue exchanges биржи биржам bolsas 按交易所"), "venue"),
}
OVERLAY_WORDS: dict[str, str] = {
    **dict.fromkeys(_set("volume volumes vol объём объем объёмы объемы volumen 成交量"), "volume"),
    **dict.fromkeys(_set("ma sma average скользящая móvil movil 均线 移动平均 移动平均线"), "average"),
}
CONTRAST_WORDS: frozenset[str] = _set("contrast контраст контрастность contraste 对比度")
FULL_WORDS: frozenset[str] = _set("full full-quality file hd hq полностью файл файлом archivo 原图 高清 文件")
# Beside the words above they say nothing more.
PICTURE_FILLERS: frozenset[str] = _set(
    "theme mode look palette colours colors color colour leverage bands zones side as "
    "тема темы режим палитра цвета плечо плечом зоны сторона как "
    "tema modo paleta colores apalancamiento zonas lado como 主题 模式 配色 杠杆 区域"
)
PICTURE_PHRASES: tuple[tuple[str, str], ...] = (
    (r"(?:by|por|по) (?:exchanges?|venues?|бирж\w+|bolsas?)", "venues"),
    (r"(?:by|por|по) (?:tiers?|leverage|leverages|плеч\w+|apalancamientos?)", "tiers"),
    (r"(?:full|high|best) (?:quality|size|resolution)", "full"),
    (r"(?:полное|высокое|лучшее|в полном|в высоком) качеств\w+", "full"),
    (r"(?:calidad (?:alta|completa|máxima)|(?:alta|máxima) calidad)", "full"),
    (r"(?:contrast|контраст|контрастность|contraste|对比度)[ =:]*(\d+(?:[.,]\d+)?)", r"contrast=\1"),
    (r"colou?r blind", "colour-blind"),
    (r"(?:для )?дальтоник\w+", "colour-blind"),
    (r"(?:moving average|скользящ\w+ средн\w+|media m[oó]vil)", "ma"),
    (r"(?:volume profile|perfil de volumen|профил\w+ объ[её]м\w+)", "volume"),
    (r"(?:from|от|с|desde) (\d{1,3})x? (?:to|till|до|a|hasta) (\d{1,3})([xх×])", r"\1-\2\3"),
    (r"(\d{1,3}) ?[xх×]? (?:to|till|до|a|hasta) (\d{1,3})([xх×])", r"\1-\2\3"),
    (r"(?:from|от|desde|over|above|выше|больше|más de) (\d{1,3}[xх×])\+?", r"\1+"),
    (r"(?:up to|at most|to|till|до|не выше|hasta) (\d{1,3}[xх×])", r"≤\1"),
    (r"(\d{1,3}[xх×]) (?:and|or|и|или|y|o) (?:up|above|higher|more|over|выше|больше|más|mas)", r"\1+"),
    (r"(\d{1,3}[xх×倍])(?:以上| 以上)", r"\1+"),
    (r"(\d{1,3}[xх×倍])(?:以下| 以下)", r"≤\1"),
)

PAST_DAY_WORDS: dict[str, int] = {
    **_each(0, "today сегодня hoy 今天"),
    **_each(1, "yesterday вчера ayer 昨天"),
    **_each(2, "позавчера anteayer 前天"),
}
MONTH_STEMS: dict[str, int] = {
    **_each(1, "jan янв ene"),
    **_each(2, "feb фев"),
    **_each(3, "mar мар"),
    **_each(4, "apr апр abr"),
    **_each(5, "may май мая"),
    **_each(6, "jun июн"),
    **_each(7, "jul июл"),
    **_each(8, "aug авг ago"),
    **_each(9, "sep сен"),
    **_each(10, "oct окт"),
    **_each(11, "nov ноя"),
    **_each(12, "dec дек dic"),
}

# Of a comparison: between the two, and what they are. FUTURE_WORDS alone may mean any contract.
VERSUS_WORDS: frozenset[str] = _set("vs versus against против contra 对")
AGAINST_WORDS: frozenset[str] = VERSUS_WORDS | _set("and with to & / и с со к con y frente 和 与 跟")
PERPETUAL_WORDS: frozenset[str] = _set(
    "perp perps perpetual perpetuals swap перп перпы перпетуал бессрочный бессрочного бессрочным своп "
    "perpetuo perpetua perpetuos 永续 永续合约"
)
FUTURE_WORDS: frozenset[str] = _set("future futures фьючерс фьючерса фьючерсом фьючерсы futuro futuros 期货")
DATED_WORDS: frozenset[str] = _set(
    "dated quarterly delivery expiry срочный срочного срочным квартальный квартального квартальным "
    "датированный поставочный fechado trimestral vencimiento 交割 交割合约 季度 当季 次季"
)
