"""The closed vocabularies of cleaned fields, as expectations know them: what cleaning yields is one of these."""

from __future__ import annotations

SENIORITY = ("intern", "junior", "mid", "senior", "lead", "manager", "director", "executive")

ROLE_FAMILIES = (
    "ml_engineer", "ai_researcher", "data_scientist", "data_analyst", "data_engineer", "software_engineer",
    "frontend_engineer", "backend_engineer", "fullstack_engineer", "mobile_engineer", "embedded_engineer",
    "hardware_engineer", "devops_sre", "security_engineer", "qa_engineer", "database_admin", "it_support",
    "solutions_engineer", "engineering_manager", "product_manager", "project_manager", "designer", "sales", "marketing",
    "customer_support", "finance_legal_hr", "operations_admin", "healthcare", "education", "elections_admin",
    "executive", "other",
)  # fmt: skip

EMPLOYMENT_TYPES = ("full_time", "part_time", "contract", "temporary", "internship", "volunteer", "apprenticeship")
WORKPLACES = ("onsite", "remote", "hybrid")
PAY_PERIODS = ("hour", "day", "week", "month", "year")
OUTCOMES = ("new", "unchanged", "changed", "merged", "quarantined")
# The Eurostat deduplication challenge's labels; the first three say "the same job".
SAME_JOB = ("FULL", "SEMANTIC", "TEMPORAL")
MATCH_LABELS = (*SAME_JOB, "PARTIAL", "NON")


def sql_list(words: tuple[str, ...]) -> str:
    """The words as the elements of an SQL list."""
    return ", ".join(f"'{word}'" for word in words)
