"""France Travail spreads the kind of contract over three fields, and may name the employer in a text of its own only."""

from __future__ import annotations

from typing import Any


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """Contract, hours and the apprenticeship flag in one text: `CDI; Temps plein; alternance`.

    Where no name is given, what the employer says of itself follows the description: three in four of such offers say
    there who it is.
    """
    parts = [raw.get("typeContratLibelle"), raw.get("dureeTravailLibelleConverti")]
    if raw.get("alternance") is True:
        parts.append("alternance")
    found: dict[str, Any] = {
        "employment_type": "; ".join(part for part in parts if isinstance(part, str) and part) or None
    }
    employer, text = raw.get("entreprise"), raw.get("description")
    if isinstance(employer, dict) and not employer.get("nom") and isinstance(about := employer.get("description"), str):
        found["description"] = f"{text}\n\n{about}" if isinstance(text, str) else about
    return found
