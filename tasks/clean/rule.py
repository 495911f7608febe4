"""What a cleaning rule is: one small function that explains itself, in a field that runs its rules in order.

A rule takes the field's value as it stands and the named siblings the field asked for, and returns the new value, the
same value when it leaves it alone, or a `Rejection`. Everything a reader, a test or `winnow explain` needs to know of
a rule stands beside it: a stable code, a readable name, a docstring of fixed shape and examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Value = Hashable
Given = Mapping[str, Any]
Apply = Callable[[Any, Given], Any]

CODE = re.compile(r"[A-Z]{3}\d{2}")
SECTIONS = ("Does:", "Why:", "Leaves alone:")
LEAVES = {"": None, "value": True, "nothing": False}  # what `not value` is where a rule does not act


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
    if type(value) is tuple:
        text = " · ".join([v if type(v) is str and len(v) <= limit else show(v, limit) or "" for v in value])
        return text if len(text) <= limit else text[: limit - 1] + "…"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        names = value._fields
        if "currency" in names:
            low, high, currency, period = value
            return f"{span(low, high)} {currency or '?'} a {period or '?'}"
        return ", ".join([str(v) for v in value if v is not None]) or None
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def span(low: float | None, high: float | None, form: str = "g", to: str = "-") -> str:
    """An amount or a range, open ends in words; numbers in the format `form`, their range joined by `to`."""
    if low is None:
        return "?" if high is None else f"up to {high:{form}}"
    if high is None:
        return f"from {low:{form}}"
    return f"{low:{form}}" if low == high else f"{low:{form}}{to}{high:{form}}"


class Step(NamedTuple):
    """What the loop over postings needs of a rule: its function, and when it need not be called at all."""

    code: str
    apply: Apply
    leaves: bool | None  # what `not value` is where the rule leaves every value alone; None where it leaves neither
    calm: bool  # whether the rule leaves alone all that the field says is `settled`
    reads: frozenset[str]  # inputs without any of which the rule has nothing to do; none: it needs no input
    notices: bool | None  # whether the rule is about notices alone, or about other records alone


def never(value: Value) -> bool:  # noqa: ARG001
    """A field that has no test for values that are settled asks its rules about all."""
    return False


class Field:
    """One cleaned field: where its value starts, which siblings its rules may look at, and the rules in order.

    `inputs` names what the field reads. The first is the value the rules start from; the others reach every rule by
    name in `given`. A name is a column of the raw form (tasks/ingest/form.py), `clean.<field>` for a field cleaned
    earlier, or one of `sent`, `text`, `header`, `captured_on` (see tasks/clean/engine.py). `remember` says that values repeat
    across records, so that results are kept across runs; running text is not remembered. `sought` says that the field
    has no value of its own to begin with: it starts `empty`, and rules look for it in all of the inputs. `settled` is a
    test for values that most of the rules leave alone, asked once a value instead of once a rule. `tell` puts a value
    into words for a change.
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
        settled: Callable[[Any], bool] = never,
        tell: Callable[[Value], str | None] = show,
    ) -> None:
        """Declare a field whose results have the DuckDB type `sql_type` and are `empty` when nothing is said."""
        self.name, self.inputs, self.sql_type, self.empty, self.remember = name, inputs, sql_type, empty, remember
        self.sought = sought
        self.settled, self.tell = settled, tell
        self.rules: list[Rule] = []
        self.steps: list[Step] = []
        self.nothing = Cleaned(empty)  # what comes out of most fields of most postings

    def rule(
        self,
        code: str,
        name: str,
        *,
        examples: tuple[Example, ...],
        counter_examples: tuple[Example, ...] = (),
        on: str = "",
        reads: tuple[str, ...] = (),
        notices: bool | None = None,
        calm: bool = False,
    ) -> Callable[[Apply], Apply]:
        """Register the decorated function as this field's next rule. Raises ValueError on a bad code or docstring.

        The last four say when the rule is not even called, because it would leave the value alone; the function is to
        say so too, since examples and tests call it alone. `on`: it acts on a "value" only, or only where "nothing" is
        known yet. `reads`: it acts where one of these inputs says something. `notices`: it acts on notices (True) or on
        records with fields (False) only. `calm`: it leaves alone whatever the field calls `settled`.
        """

        def register(function: Apply) -> Apply:
            if not CODE.fullmatch(code) or any(r.code == code for r in self.rules):
                raise ValueError(f"rule code {code!r} is malformed or taken in field {self.name}")
            if not examples:
                raise ValueError(f"rule {code} has no example")
            if on not in LEAVES or not {*reads, *(["is_notice"] if notices is not None else [])} <= {*self.inputs}:
                raise ValueError(f"rule {code} acts on {on!r} and reads {reads}: no input of field {self.name}")
            self.rules.append(
                Rule(code, name, self.name, function, *sections(function, code), examples, counter_examples)
            )
            self.steps.append(Step(code, function, LEAVES[on], calm, frozenset(reads), notices))
            return function

        return register

    def steps_for(self, absent: Set[str], only_notices: bool) -> list[Step]:
        """The steps that may do something where inputs named in `absent` say nothing in any record.

        `only_notices` says that all the records are notices; that none is has `is_notice` among the absent.
        """
        return [
            step
            for step in self.steps
            if not (step.reads and step.reads <= absent)
            and not (step.notices is True and "is_notice" in absent)
            and not (step.notices is False and only_notices)
        ]

    def clean(self, values: tuple[Any, ...]) -> Cleaned:
        """Run all rules over one tuple of inputs (in the order of `inputs`), recording every change."""
        return self.run(values[0], dict(zip(self.inputs, values, strict=True)), self.steps)

    def run(self, first: Any, given: Given, steps: list[Step]) -> Cleaned:
        """Run some rules over the `first` input, recording every change; `given` holds the inputs by name."""
        value = self.empty if self.sought else first
        changes: list[Change] = []
        asked: Any = self  # the value last asked about; the field itself is none
        settled = False
        for code, apply, leaves, calm, _, _ in steps:
            if leaves is (not value):
                continue
            if calm:
                if value is not asked:
                    asked, settled = value, self.settled(value)
                if settled:
                    continue
            result = apply(value, given)
            if result is value:  # most rules leave most values alone
                continue
            kind = type(result)
            if kind is Rejection:
                changes.append(Change(self.name, code, self.tell(value), result.reason))
                return Cleaned(self.empty, tuple(changes), result._replace(rule=code))
            because = None
            if kind is Found:
                because, result = result.because[:200], result.value
            if result != value:
                before, after = because or self.tell(value), self.tell(result)
                if before != after:  # ("Nurse",) for "Nurse", or () for None, is no news to people
                    changes.append(Change(self.name, code, before, after))
                value = result
        if changes:
            return Cleaned(self.empty if value is None else value, tuple(changes))
        return self.nothing if value is None or value is self.empty else Cleaned(value)


def run_example(rule: Rule, example: Example) -> Any:
    """What the rule alone makes of an example's value: the tests and docs/rules.md are made of these."""
    result = rule.apply(example.value, example.given)
    return result.value if isinstance(result, Found) else result


def all_rules(fields: tuple[Field, ...]) -> Iterator[Rule]:
    """Every rule of every field, in the order in which they run."""
    for each in fields:
        yield from each.rules
