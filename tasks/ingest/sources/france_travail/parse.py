"""France Travail spreads the kind of contract over three fields, one of them a flag."""

from __future__ import annotations

from typing import Any


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """Contract, hours and the apprenticeship flag in one text: `CDI; Temps plein; alternance`.

    The pay sentence is followed by its remark where there are both.
    """
    parts = [raw.get("typeContratLibelle"), raw.get("dureeTravailLibelleConverti")]
    if raw.get("alternance") is True:
        parts.append("alternance")
    return {"employment_type": "; ".join(part for part in parts if isinstance(part, str) and part) or None}
