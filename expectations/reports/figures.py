"""Figures that say where they come from: each names a query, a row and a column, and the query stands beside them.

Whoever doubts a figure runs the line; a test does so with every figure of a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from expectations.reports.masking import show
from expectations.reports.page import number, percent, score, seconds, shell
from expectations.reports.queries import QUERIES

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS: dict[str, Callable[[Any], str]] = {"number": number, "percent": percent, "seconds": seconds, "score": score}
KEY_CHARACTERS = 200


def key(*parts: Any) -> str:
    """The name of a row: the values of its first columns, as a page may show them."""
    return "|".join(show(part, KEY_CHARACTERS) for part in parts)


class Figures:
    """Writes figures and the lines that reproduce them.

    A run that published nothing is not in the warehouse that `winnow sql` reads: of it no line is printed, and figures
    name no query. `status` is the run's.
    """

    def __init__(self, run_id: Any, status: Any) -> None:
        """Know what can be asked."""
        self._run_id = plain(run_id)
        self._asks = {
            name
            for name, query in QUERIES.items()
            if status == "published" or (status == "unchanged" and not query.of_run)
        }

    def __call__(
        self, query: str, column: str, value: Any, *row: Any, form: str = "number", tag: str = "data"
    ) -> Markup:
        """`value` as text of a form (number, percent, seconds, score), tagged with its query, row and column."""
        text = FORMS[form](value)
        if value is None or query.split(":")[0] not in self._asks:
            return Markup("{}").format(text)
        name = "value" if tag == "data" else "data-value"
        return Markup('<{tag} {name}="{}" data-q="{}" data-r="{}" data-c="{}" data-f="{}">{}</{tag}>').format(
            repr(value) if isinstance(value, int | float) else value, query, key(*row), column, form, text,
            tag=Markup(tag), name=Markup(name),  # noqa: S704 - one of two names of ours
        )  # fmt: skip

    def line(self, *names: str, about: str) -> Markup:
        """The lines that reproduce the figures of a block, folded away. `name:value` fills what a query leaves open."""
        asked = [name for name in names if name.split(":")[0] in self._asks]
        if not asked:
            return Markup("")
        lines = Markup("").join(
            Markup('<p><code class="cmd" data-line="{}">{}</code></p>').format(name, shell(self.sql(name)))
            for name in asked
        )
        return Markup(
            '<details class="repeat"><summary>SQL for these figures<span class="unseen">: {}</span></summary>{}</details>'
        ).format(about, lines)

    def sql(self, name: str) -> str:
        """A query about this run. `name` may end in `:value` for its one open place."""
        base, _, value = name.partition(":")
        return QUERIES[base].sql.replace("{run}", self._run_id).replace("{value}", plain(value))


def plain(value: Any) -> str:
    """A name as it may stand inside a command line: letters, digits, dashes, dots and underscores."""
    return "".join(c for c in str(value) if (c.isascii() and c.isalnum()) or c in "-_.")
