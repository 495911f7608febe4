"""What a cleaning rule is: one small function that explains itself, in a field that runs its rules in order.

A rule takes the field's value as it stands and the named siblings the field asked for, and returns the new value, the
same value when it leaves it alone, or a `Rejection`. Everything a reader, a test or `winnow explain` needs to know of
a rule stands beside it: a stable code, a readable name, a docstring of fixed shape and examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Value = Hashable
Given = Mapping[str, Any]
Apply = Callable[[Any, Given], Any]

CODE = re.compile(r"[A-Z]{3}\d{2}")
SECTIONS = ("Does:", "Why:", "Leaves alone:")


class Rejection(NamedTuple):
    """A rule's verdict that the record cannot be used: it goes to quarantine under `reason` (snake_case).

    `rule` is the code of the rule, filled in where the rule is run.
    """

    reason: str
    detail: str
    rule: str = ""


class Found(NamedTuple):
    """A value read out of running text, with the words it was read from (kept short; they are shown to people)."""

    value: Value
    because: str


class Change(NamedTuple):
    """One rule's effect on one value, as text for people: before is None where the rule found something new."""

    field: str
    rule: str
    before: str | None
    after: str | None


class Cleaned(NamedTuple):
    """What came out of a field: the value, the changes in the order in which they happened, or a rejection."""

    value: Value
    changes: tuple[Change, ...] = ()
    rejection: Rejection | None = None


@dataclass(frozen=True)
class Example:
    """A value, its siblings, and what the rule alone makes of it. `then == value` states what the rule leaves alone."""

    value: Any
    then: Any
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A rule as registered: the function and everything said about it."""

    code: str
    name: str
    field: str
    apply: Apply
    does: str
    why: str
    leaves_alone: str
    examples: tuple[Example, ...]
    counter_examples: tuple[Example, ...]


def sections(function: Apply, code: str) -> tuple[str, str, str]:
    """The three parts of a rule's docstring, in order. Raises ValueError where one is missing."""
    doc = " ".join((function.__doc__ or "").split())
    cuts = [doc.find(name) for name in SECTIONS]
    if -1 in cuts or cuts != sorted(cuts):
        raise ValueError(f"rule {code}: the docstring must say {', '.join(SECTIONS)} in this order")
    parts = [doc[a + len(n) : b].strip() for a, n, b in zip(cuts, SECTIONS, [*cuts[1:], len(doc)], strict=True)]
    if not all(parts):
        raise ValueError(f"rule {code}: a section of the docstring is empty")
    return parts[0], parts[1], parts[2]


def show(value: Value, limit: int = 200) -> str | None:
    """A value as a person reads it, bounded: places as "City, REGION, CC", lists joined by " · ", nothing as None."""
    if type(value) is str:  # by far the most
        return value if len(value) <= limit else value[: limit - 1] + "…"
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        names = value._fields
        if "currency" in names:
            low, high, currency, period = value
            return f"{_amount(low, high)} {currency or '?'} a {period or '?'}"
        return ", ".join([str(v) for v in value if v is not None]) or None
    text = " · ".join([show(v, limit) or "" for v in value]) if isinstance(value, tuple) else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _amount(low: float | None, high: float | None) -> str:
    if low is None:
        return "?" if high is None else f"up to {high:g}"
    if high is None:
        return f"from {low:g}"
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


class Field:
    """One cleaned field: where its value starts, which siblings its rules may look at, and the rules in order.

    `inputs` names what the field reads. The first is the value the rules start from; the others reach every rule by
    name in `given`. A name is a column of the raw form (tasks/ingest/form.py), `clean.<field>` for a field cleaned
    earlier, or one of `text`, `header`, `captured_on` (see tasks/clean/engine.py). `remember` says that values repeat
    across records, so that results are kept across runs; running text is not remembered. `sought` says that the field
    has no value of its own to begin with: it starts `empty`, and rules look for it in all of the inputs.
    """

    def __init__(
        self,
        name: str,
        inputs: tuple[str, ...],
        *,
        sql_type: str,
        empty: Value = None,
        remember: bool = True,
        sought: bool = False,
    ) -> None:
        """Declare a field whose results have the DuckDB type `sql_type` and are `empty` when nothing is said."""
        self.name, self.inputs, self.sql_type, self.empty, self.remember = name, inputs, sql_type, empty, remember
        self.sought = sought
        self.rules: list[Rule] = []
        self.steps: list[tuple[str, Apply]] = []  # code and function of each rule: what the loop over postings needs

    def rule(
        self, code: str, name: str, *, examples: tuple[Example, ...], counter_examples: tuple[Example, ...] = ()
    ) -> Callable[[Apply], Apply]:
        """Register the decorated function as this field's next rule. Raises ValueError on a bad code or docstring."""

        def register(function: Apply) -> Apply:
            if not CODE.fullmatch(code) or any(r.code == code for r in self.rules):
                raise ValueError(f"rule code {code!r} is malformed or taken in field {self.name}")
            if not examples:
                raise ValueError(f"rule {code} has no example")
            self.rules.append(
                Rule(code, name, self.name, function, *sections(function, code), examples, counter_examples)
            )
            self.steps.append((code, function))
            return function

        return register

    def clean(self, values: tuple[Any, ...]) -> Cleaned:
        """Run the rules over one tuple of inputs (in the order of `inputs`), recording every change."""
        given = dict(zip(self.inputs, values, strict=True))
        value = self.empty if self.sought else values[0]
        changes: list[Change] = []
        for code, apply in self.steps:
            result = apply(value, given)
            if result is value:  # most rules leave most values alone
                continue
            kind = type(result)
            if kind is Rejection:
                changes.append(Change(self.name, code, show(value), result.reason))
                return Cleaned(self.empty, tuple(changes), result._replace(rule=code))
            because = None
            if kind is Found:
                because, result = result.because[:200], result.value
            if result != value:
                before, after = because or show(value), show(result)
                if before != after:  # ("Nurse",) for "Nurse", or () for None, is no news to people
                    changes.append(Change(self.name, code, before, after))
                value = result
        if value is None:
            value = self.empty
        return Cleaned(value, tuple(changes)) if changes else Cleaned(value)


def run_example(rule: Rule, example: Example) -> Any:
    """What the rule alone makes of an example's value: the tests and docs/rules.md are made of these."""
    result = rule.apply(example.value, example.given)
    return result.value if isinstance(result, Found) else result


def all_rules(fields: tuple[Field, ...]) -> Iterator[Rule]:
    """Every rule of every field, in the order in which they run."""
    for each in fields:
        yield from each.rules
