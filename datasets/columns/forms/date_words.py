"""Names of months in English, German, French and Spanish, and names of time zones that have one meaning."""

_NAMES = (
    ("january", "januar", "jänner", "janvier", "enero", "ene", "janv"),
    ("february", "februar", "février", "fevrier", "febrero", "févr", "fév"),
    ("march", "märz", "maerz", "mars", "marzo", "mär", "mrz"),
    ("april", "avril", "abril", "avr", "abr"),
    ("may", "mai", "mayo"),
    ("june", "juni", "juin", "junio"),
    ("july", "juli", "juillet", "julio", "juil"),
    ("august", "août", "aout", "agosto", "ago"),
    ("september", "septembre", "septiembre", "sept"),
    ("october", "oktober", "octobre", "octubre", "okt"),
    ("november", "novembre", "noviembre"),
    ("december", "dezember", "décembre", "decembre", "diciembre", "dez", "déc", "dic"),
)
MONTHS = {
    **{name[:3]: month for month, (name, *_) in enumerate(_NAMES, start=1)},
    **{name: month for month, names in enumerate(_NAMES, start=1) for name in names},
}
"""The number of a month by its name in lower case, and by the first three letters of the English one."""
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
"""Minutes east of Greenwich by a zone's name in lower case: those of RFC 2822 and of Europe."""


def zone_minutes(text: str) -> int | None:
    """Return how many minutes a zone like `Z`, `+02:00`, `-0700` or `PST` is east of Greenwich; None for another."""
    known = ZONES.get(text.lower())
    if known is not None or not text.lstrip("+-")[:1].isdigit():
        return known
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    return None if hours > 18 or minutes > 59 else (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)
