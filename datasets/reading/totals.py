"""What rows are called that add up others, or tell their mean."""

import re

TOTALS = re.compile(
    r"(grand |overall |sub-?|running )?(totals?|sums?)|gesamt|(gesamt)?summe|insgesamt|totale?|totaux|suma|somme"
    r"|\u0432\u0441\u0435\u0433\u043e|\u0438\u0442\u043e\u0433\u043e|\u5408\u8a08",
    re.IGNORECASE,
)
"""What the last row is called that adds the others up: also in Russian and Japanese."""
MEANS = re.compile(
    r"(overall )?(average|avg|mean|median)|mittelwert|durchschnitt|moyenne|promedio|media", re.IGNORECASE
)
"""Such a row, too, but rows of other tables are called so: believed where it stands apart."""
PARTS = (
    *("tot", "sum", "somme", "gesamt", "average", "avg", "mean", "med", "ttelwert", "durchschn", "moyenne"),
    *("\u0432\u0441\u0435\u0433\u043e", "\u0438\u0442\u043e\u0433\u043e", "\u5408\u8a08"),
)
"""Each of these has one, in lower case: thousands of columns are looked through."""
