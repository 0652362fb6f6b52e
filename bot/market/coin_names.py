"""Coins by the names people call them, in four languages; and which coins come first among near matches."""

from __future__ import annotations

MAJORS = (
    "BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "TRX", "LINK", "AVAX",
    "LTC", "TON", "BCH", "DOT", "SHIB", "PEPE", "SUI", "HYPE", "XMR", "ETC",
)  # fmt: skip

_NAMES = {
    "BTC": "BITCOIN|XBT|БИТКОИН|БИТКОЙН|БИТОК|БИТКА|БИТКОИНА|БТС|比特币|比特幣|大饼|大餅|BITCÓIN",
    "ETH": "ETHEREUM|ETHER|ЭФИР|ЭФИРИУМ|ЭФИРА|ЭТЕРЕУМ|ЕФИР|以太坊|以太币|以太|姨太|ETÉREO|ETEREUM",
    "SOL": "SOLANA|СОЛАНА|СОЛАНЫ|СОЛАНУ|СОЛ|索拉纳|索拉納",
    "XRP": "RIPPLE|РИПЛ|РИППЛ|РИПЛА|瑞波|瑞波币|瑞波幣",
    "BNB": "BINANCE COIN|BINANCECOIN|БНБ|币安币|幣安幣",
    "DOGE": "DOGECOIN|ДОГИ|ДОГЕ|ДОГЕКОИН|ДОДЖ|狗狗币|狗狗幣|狗币",
    "ADA": "CARDANO|КАРДАНО|АДА|艾达币|卡尔达诺",
    "TRX": "TRON|ТРОН|波场|波場",
    "LINK": "CHAINLINK|ЧЕЙНЛИНК|ЛИНК",
    "AVAX": "AVALANCHE|АВАКС|АВАЛАНЧ|雪崩",
    "LTC": "LITECOIN|ЛАЙТКОИН|ЛАЙТ|ЛАЙТКОЙН|莱特币|萊特幣",
    "TON": "TONCOIN|ТОН|ТОНКОИН",
    "BCH": "BITCOIN CASH|BITCOINCASH|БИТКОИН КЭШ|БИТКОИН КЕШ|比特现金|比特币现金",
    "DOT": "POLKADOT|ПОЛКАДОТ|波卡",
    "SHIB": "SHIBA|SHIBA INU|ШИБА|柴犬币|柴犬",
    "PEPE": "ПЕПЕ|佩佩",
    "ETC": "ETHEREUM CLASSIC|ЭФИР КЛАССИК|以太经典",
    "XMR": "MONERO|МОНЕРО|门罗币|門羅幣",
    "ZRX": "0X|0X PROTOCOL",
    "UNI": "UNISWAP|ЮНИСВАП",
    "ATOM": "COSMOS|АТОМ|КОСМОС",
    "NEAR": "NEAR PROTOCOL|НИР",
    "APT": "APTOS|АПТОС",
    "ARB": "ARBITRUM|АРБИТРУМ",
    "FIL": "FILECOIN|ФАЙЛКОИН",
    "WIF": "DOGWIFHAT",
    "XAU": "GOLD|ЗОЛОТО|黄金|ORO",
}

COIN_NAMES: dict[str, str] = {name: coin for coin, names in _NAMES.items() for name in names.split("|")}
