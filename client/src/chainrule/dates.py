"""Dates as the service reads them: ISO 8601, and the format of the column that a network was trained on."""

import datetime as dt
import re

from chainrule.cell_forms import SPACE

_NAMES = (
    "january januar jänner janvier enero ene janv",
    "february februar février fevrier febrero févr fév",
    "march märz maerz mars marzo mär mrz",
    "april avril abril avr abr",
    "may mai mayo",
    "june juni juin junio",
    "july juli juillet julio juil",
    "august août aout agosto ago",
    "september septembre septiembre sept",
    "october oktober octobre octubre okt",
    "november novembre noviembre",
    "december dezember décembre decembre diciembre dez déc dic",
)
MONTHS = {
    **{names[:3]: month for month, names in enumerate(_NAMES, start=1)},
    **{name: month for month, names in enumerate(_NAMES, start=1) for name in names.split()},
}
ZONES = {
    **dict.fromkeys(("", "z", "utc", "gmt", "ut", "wet"), 0),
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "cet": 60,
    "cest": 120,
    "west": 60,
    "eet": 120,
    "eest": 180,
}
"""Minutes east of Greenwich."""
DIRECTIVES = {
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    "m": "(?P<m>0?[1-9]|1[0-2])",
    "d": "(?P<d>0?[1-9]|[12][0-9]|3[01])",
    "j": "(?P<j>[0-3]?[0-9]{1,2})",
    "b": "(?P<b>[^0-9\\s.,/:-]{3,10})\\.?",
    "a": "[^0-9\\s.,/:-]{2,10}\\.?",
    "H": "(?P<H>[01]?[0-9]|2[0-3])",
    "I": "(?P<I>0?[1-9]|1[0-2])",
    "M": "(?P<M>[0-5][0-9])",
    "S": "(?P<S>[0-5][0-9])(?:[.,](?P<f>[0-9]{1,9}))?",
    "p": "(?P<p>[AaPp])\\.?[Mm]\\.?",
    "z": r"(?P<z>[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?|[A-Za-z]{2,4})",
}
SYNONYMS = {"B": "b", "A": "a", "Z": "z", "h": "b", "e": "d"}
START = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def read_date(text: str, format_: str) -> float | None:
    """Read a date in a column's format ("" for none) or in ISO 8601 as days since 1970; None for another text."""
    moment = (_in_format(text.strip(SPACE), format_) if format_ else None) or _iso(text)
    return None if moment is None else (moment - START).total_seconds() / 86_400


def _iso(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC)


def _in_format(text: str, format_: str) -> dt.datetime | None:
    found = re.fullmatch(_pattern(format_), text)
    if found is None:
        return None
    parts = {name: part or "" for name, part in found.groupdict().items()}
    year = int(parts.get("Y") or 0) or int(parts["y"]) + (2000 if int(parts["y"]) < 69 else 1900)
    month = int(parts.get("m") or "j" in parts) or MONTHS.get(parts.get("b", "").lower(), 0)
    hour = int(parts.get("H") or 0) + int(parts.get("I") or 0) % 12 + 12 * (parts.get("p", "-") in "pP")
    minutes = _zone(parts.get("z", ""))
    try:
        moment = dt.datetime(
            year, month, int(parts.get("d") or 1), hour, int(parts.get("M") or 0), int(parts.get("S") or 0),
            int(parts.get("f", "")[:3].ljust(3, "0")) * 1000, tzinfo=dt.UTC,
        )  # fmt: skip
    except ValueError:
        return None
    moment += dt.timedelta(days=int(parts.get("j", "1")) - 1)
    if minutes is None or year < 1000 or moment.year != year or parts.get("j", "1").strip("0") == "":
        return None
    return moment - dt.timedelta(minutes=minutes)


def _pattern(format_: str) -> str:
    parts = []
    for text, letter in re.findall(r"([^%]*)(?:%(.|$))?", format_):
        parts.append(re.sub(r"(?:\\? )+", lambda _: "[ \u00a0\u202fT]+", re.escape(text)))
        parts.append(DIRECTIVES.get(SYNONYMS.get(letter, letter), ""))
    return "".join(parts)


def _zone(text: str) -> int | None:
    known = ZONES.get(text.lower())
    if known is not None or not text.lstrip("+-")[:1].isdigit():
        return known
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    return None if hours > 18 or minutes > 59 else (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)
