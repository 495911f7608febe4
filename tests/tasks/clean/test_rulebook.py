"""Every rule does what its examples say, says what it is in the fixed shape, and the whole never raises."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.engine import FIELDS, clean_one
from tasks.clean.rule import Example, Field, Found, Rejection, Rule, all_rules, run_example

RULES = list(all_rules(FIELDS))
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]
COUNTER = [(rule, example) for rule in RULES for example in rule.counter_examples]


def label(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else None


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=label)
def test_rule_does_what_its_example_says(rule: Rule, example: Example) -> None:
    got = run_example(rule, example)
    if isinstance(example.then, Rejection):
        assert isinstance(got, Rejection)
        assert got.reason == example.then.reason
    else:
        assert got == example.then
    assert example.then != example.value, f"{rule.code}: an example changes something; else it is a counter-example"


@pytest.mark.parametrize(("rule", "example"), COUNTER, ids=label)
def test_rule_leaves_its_counter_example_alone(rule: Rule, example: Example) -> None:
    got = run_example(rule, example)
    assert got == example.then
    assert example.then == example.value or not example.then, "what is left alone stays as it is, or stays unsaid"


def test_codes_and_names_are_unique_and_in_running_order() -> None:
    codes, names = Counter(r.code for r in RULES), Counter(r.name for r in RULES)
    assert max(codes.values()) == 1, codes.most_common(1)
    assert max(names.values()) == 1, names.most_common(1)
    for field in FIELDS:
        assert [r.code for r in field.rules] == sorted(r.code for r in field.rules), field.name
        assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", r.name) for r in field.rules)


def test_every_field_has_a_rule() -> None:
    assert all(field.rules for field in FIELDS)


def test_a_rule_without_the_fixed_docstring_is_refused() -> None:
    field = Field("made_up", ("title",), sql_type="VARCHAR")
    with pytest.raises(ValueError, match="docstring"):

        @field.rule("MAD01", "made_up.undocumented", examples=(Example("a", "b"),))
        def undocumented(value: str, _: object) -> str:
            """Turns a into b."""
            return value


def test_found_is_a_change_that_remembers_the_words() -> None:
    field = Field("made_up", ("title",), sql_type="VARCHAR")

    @field.rule("MAD01", "made_up.finds", examples=(Example(None, "x"),))
    def finds(value: str | None, _: object) -> Found | None:
        """Does: finds x. Why: to test. Leaves alone: all else."""
        return Found("x", "because of x")

    cleaned = field.clean((None,))
    assert cleaned.value == "x"
    assert [(c.rule, c.before, c.after) for c in cleaned.changes] == [("MAD01", "because of x", "x")]


texts = st.one_of(st.none(), st.text(max_size=300))


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional={
    "title": texts, "company": texts, "description": texts, "notice": texts, "salary": texts, "posted_on": texts,
    "employment_type": texts, "workplace": texts, "seniority": texts, "salary_min": texts, "salary_max": texts,
    "locations": st.one_of(st.none(), st.lists(st.text(max_size=60), max_size=3).map(tuple)),
}))  # fmt: skip
def test_no_text_makes_the_rulebook_raise(inputs: dict[str, object]) -> None:
    results = clean_one({**inputs, "captured_on": "2026-01-31"})
    assert set(results) == {field.name for field in FIELDS}


@pytest.mark.parametrize("case", EXAMPLES + COUNTER, ids=lambda case: case[0].code)
def test_a_rule_is_not_called_only_where_it_would_leave_the_value_alone(case: tuple[Rule, Example]) -> None:
    """What a rule declares of itself (`on`, `reads`, `notices`, `calm`) is what its function does."""
    rule, example = case
    field = next(each for each in FIELDS if each.name == rule.field)
    step = next(each for each in field.steps if each.code == rule.code)
    missing = frozenset(
        name for name in field.inputs if name in example.given and example.given[name] in (None, (), False)
    )
    spared = step not in field.steps_for(missing, only_notices=example.given.get("is_notice") is True)
    spared = spared or step.leaves is (not example.value) or (step.calm and field.settled(example.value))
    assert not spared or run_example(rule, example) == example.value
