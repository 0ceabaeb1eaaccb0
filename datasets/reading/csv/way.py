"""The way in which the lines of a text file are cut into cells."""

from dataclasses import dataclass

from datasets.reading.overrides import SPACES


@dataclass(frozen=True, kw_only=True)
class Way:
    """How cells are told apart: what stands between them, and what keeps such a character inside of one.

    An empty `quote` means that quotes are characters like others. `escape` takes the meaning from the character behind
    it. `trims` lets blanks stand before a quote. Lines that begin with `comment` hold no row; where the sign was
    guessed and not told, a line with `comment_width` cells is a row nevertheless. With `cleans` characters that cannot
    be seen are no part of a cell at its edges, with `trims_behind` blanks may stand behind a closing quote, too.
    `drawing` is what `find_drawing` says.
    """

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    trims: bool = False
    comment: str | None = None
    comment_width: int | None = None
    cleans: bool = False
    trims_behind: bool = False
    drawing: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether every reader of CSV cuts the lines so."""
        is_odd = self.escape or self.trims or self.trims_behind or self.comment or self.cleans or self.drawing
        return self.quote == '"' and not is_odd and self.delimiter != SPACES
