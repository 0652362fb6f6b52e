"""How people name time zones beside their IANA names: cities, short names, offsets. All in lower case."""

from __future__ import annotations


def _each(meaning: str, names: str) -> dict[str, str]:
    return dict.fromkeys((name.strip() for name in names.split(",")), meaning)


# Cities that IANA has no zone of their own for, and those of it in other languages.
CITIES: dict[str, str] = {
    **_each("Europe/London", "britain, england, edinburgh, manchester, лондон, londres, 伦敦"),
    **_each("Europe/Berlin", "germany, frankfurt, munich, münchen, hamburg, cologne, берлин, berlín, 柏林"),
    **_each("Europe/Paris", "france, lyon, marseille, париж, parís, 巴黎"),
    **_each("Europe/Madrid", "spain, españa, barcelona, valencia, sevilla, мадрид, барселона, 马德里"),
    **_each("Europe/Rome", "italy, milan, milano, roma, рим"),
    **_each("Europe/Zurich", "switzerland, zürich, geneva, genève, basel, zug, цюрих"),
    **_each("Europe/Warsaw", "poland, warszawa, krakow, kraków, варшава"),
    **_each("Europe/Prague", "praha, прага"),
    **_each("Europe/Vienna", "wien, вена"),
    **_each("Europe/Lisbon", "portugal, lisboa, porto, лиссабон"),
    **_each("Europe/Amsterdam", "netherlands, rotterdam, амстердам"),
    **_each("Europe/Kyiv", "ukraine, kiev, киев, київ, kharkiv, odesa, odessa"),
    **_each("Europe/Minsk", "belarus, минск"),
    **_each("Europe/Istanbul", "turkey, türkiye, ankara, стамбул, estambul, 伊斯坦布尔"),
    **_each("Europe/Moscow", "москва, мск, msk, saint petersburg, петербург, спб, питер, moscú, 莫斯科"),
    **_each("Asia/Yekaterinburg", "екатеринбург, челябинск, уфа, perm"),
    **_each("Asia/Novosibirsk", "новосибирск"),
    **_each("Asia/Krasnoyarsk", "красноярск"),
    **_each("Asia/Vladivostok", "владивосток"),
    **_each("Asia/Almaty", "kazakhstan, astana, алматы, астана"),
    **_each("Asia/Tashkent", "ташкент"),
    **_each("Asia/Tbilisi", "тбилиси"),
    **_each("Asia/Yerevan", "armenia, ереван"),
    **_each("Asia/Dubai", "uae, abu dhabi, дубай, dubái, 迪拜"),
    **_each("Asia/Riyadh", "saudi arabia, jeddah, эр-рияд"),
    **_each("Asia/Jerusalem", "israel, tel aviv, тель-авив"),
    **_each("Asia/Kolkata", "india, mumbai, delhi, new delhi, bangalore, bengaluru, chennai, 印度"),
    **_each("Asia/Bangkok", "thailand, phuket, бангкок, пхукет, 曼谷"),
    **_each("Asia/Ho_Chi_Minh", "vietnam, hanoi, saigon, хошимин, 越南"),
    **_each("Asia/Jakarta", "indonesia, джакарта"),
    **_each("Asia/Makassar", "bali, denpasar, бали"),
    **_each("Asia/Singapore", "сингапур, singapur, 新加坡, sgt"),
    **_each("Asia/Kuala_Lumpur", "malaysia"),
    **_each("Asia/Manila", "philippines"),
    **_each("Asia/Hong_Kong", "hongkong, гонконг, hkt, 香港"),
    **_each("Asia/Shanghai", "china, beijing, shenzhen, пекин, шанхай, pekín, 北京, 上海, 深圳, 中国"),
    **_each("Asia/Taipei", "taiwan, 台北"),
    **_each("Asia/Seoul", "korea, south korea, busan, сеул, seúl, 首尔, kst"),
    **_each("Asia/Tokyo", "japan, osaka, kyoto, токио, tokio, 东京, jst"),
    **_each("Australia/Sydney", "canberra, сидней, 悉尼, aest, aedt"),
    **_each("America/New_York", "nyc, new york city, boston, miami, washington, philadelphia, atlanta, "
            "нью-йорк, nueva york, 纽约, et, est, edt, eastern"),
    **_each("America/Chicago", "dallas, houston, austin, чикаго, 芝加哥, ct, cdt, central"),
    **_each("America/Denver", "salt lake city, mt, mst, mdt, mountain"),
    **_each("America/Los_Angeles", "la, san francisco, seattle, las vegas, san diego, лос-анджелес, "
            "洛杉矶, pt, pst, pdt, pacific"),
    **_each("America/Toronto", "ottawa, торонто, 多伦多"),
    **_each("America/Mexico_City", "mexico, méxico, cdmx"),
    **_each("America/Argentina/Buenos_Aires", "argentina, buenos aires"),
    **_each("America/Sao_Paulo", "brazil, brasil, são paulo, rio de janeiro, rio, сан-паулу"),
    **_each("America/Bogota", "colombia, bogotá, medellin"),
    **_each("America/Santiago", "chile"),
    **_each("Africa/Johannesburg", "south africa, cape town"),
    **_each("Africa/Lagos", "nigeria"),
    **_each("Europe/Brussels", "cet, cest"),
    **_each("Europe/Athens", "eet, eest, greece"),
    **_each("UTC", "gmt, z, zulu, greenwich, гринвич"),
}  # fmt: skip

# Short names that mean several places.
UNCLEAR: dict[str, tuple[str, ...]] = {
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}

# Offsets that are no whole hours, in minutes, where a zone keeps them all year.
ODD_OFFSETS: dict[int, str] = {
    -570: "Pacific/Marquesas",
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
}
