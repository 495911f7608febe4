"""`winnow forget`: a person's e-mail address or telephone number, erased everywhere below the home, with a receipt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb

from flows.removing import Row, a_look, publish, removal, removed, who
from flows.settings import sources_folder
from tasks.errors import GateError
from tasks.ingest.identities import TOKEN
from tasks.ingest.isolate import Reader
from tasks.ingest.step import all_sources
from tasks.remove import files, tables
from tasks.remove.files import Found
from tasks.remove.identity import Keeper
from tasks.remove.subject import new_salt, read_subject
from tasks.run import write_json

if TYPE_CHECKING:
    from flows.settings import Settings
    from tasks.remove.subject import Subject
    from tasks.run import Run

Receipt = dict[str, Any]


def forget(
    settings: Settings, text: str, by: str = "", *, apply: bool = True, sources_dir: str | None = None
) -> Receipt:
    """Erase one contact detail and return the receipt; with `apply` false count only.

    Files first, the warehouse last: its new version holds the record of all of it. Afterwards everything is searched once
    more. The text itself is in no log, receipt or error. `sources_dir` holds sources from outside the project: with them
    records of payloads keep their ids. Raises UsageError `not_contact_details`; GateError `not_all_erased`, after
    everything that could be was, naming the files that could not be written anew; what `removal` does.
    """
    subject = read_subject(text)
    known = all_sources(sources_folder(sources_dir))
    with removal(settings, "winnow forget", lambda said: subject.replace(said)[0]) as run:
        run.folder.mkdir(parents=True, exist_ok=True)
        with Reader(run.home, run.folder) as reader:
            keeper = Keeper(run.home, reader, known)
            found = files.erase_files(run.home, subject, run.run_id, apply, keeper.remember)
        erase_memory(run, subject, found, apply)
        rows, mentions = Counter[str](), Counter[str]()
        if run.warehouse.exists():
            with a_look(run) as con:
                rows, mentions = tables.erase_tables(con, subject, apply=False)
        places = [
            {"place": place, "items": count, "mentions": told[place]}
            for counts, told in ((found.files, found.mentions), (rows, mentions))
            for place, count in sorted(counts.items())
        ]
        receipt = new_receipt(run, subject, who(by), places, apply)
        if keeper.unknown:
            receipt["ids_not_kept"] = keeper.unknown
        if not apply:
            return receipt | {"left": found.left}
        if run.warehouse.exists() and places:
            erase_warehouse(run, subject, receipt)
        left = still_there(run, subject)
        receipt |= {"complete": not left, "left": left}
        write_json(settings.home / "receipts" / f"{run.run_id}.json", receipt)
    if left:
        raise GateError(
            "not_all_erased", f"{len(left)} files still hold it, or cannot be read to see", where="; ".join(left)[:500],
            why="they cannot be written anew", next_step="Remove or mend them by hand, then run it again",
        )  # fmt: skip
    return receipt


def new_receipt(run: Run, subject: Subject, by: str, places: list[Row], apply: bool) -> Receipt:
    """What was done, without what it was done to."""
    salt = new_salt()
    return {
        "removal_id": run.run_id, "kind": subject.kind, "removed_at": run.started_at.isoformat(), "removed_by": by,
        "applied": apply, "digest": subject.digest(salt), "salt": salt.hex(),
        "digest_is": "scrypt(n=16384, r=8, p=1) of the text, normalised", "token": TOKEN, "places": places,
    }  # fmt: skip


def erase_memory(run: Run, subject: Subject, found: Found, apply: bool) -> None:
    """The rulebook's memory is a cache: where it holds a mention it is begun anew."""
    if not run.memory.exists():
        return
    try:
        with duckdb.connect(str(run.memory), read_only=True) as con:
            mentions = sum(tables.erase_tables(con, subject, apply=False)[1].values())
    except duckdb.Error:  # damaged: nobody can tell what it holds
        mentions = 1
    if mentions or subject.in_file(run.memory):
        found.add("rulebook memory", mentions)
        if apply:
            run.memory.unlink()
            run.memory.with_name(run.memory.name + ".wal").unlink(missing_ok=True)
    found.left[:] = [left for left in found.left if not left.startswith("work/memory.duckdb")]


def erase_warehouse(run: Run, subject: Subject, receipt: Receipt) -> None:
    """The warehouse without the mentions, in a fresh file, with a row for every place."""
    why = f"{receipt['kind']}, scrypt {receipt['digest']}, salt {receipt['salt']}"

    def change(con: duckdb.DuckDBPyConnection) -> list[Row]:
        tables.erase_tables(con, subject, apply=True)
        return [
            removed(run, "forgotten", receipt["removed_by"], why, p["place"], p["items"], mentions=p["mentions"])
            for p in receipt["places"]
        ]

    publish(run, change)


def still_there(run: Run, subject: Subject) -> list[str]:
    """Where a second search finds it: nowhere, or in files that cannot be written anew."""
    again = files.erase_files(run.home, subject, run.run_id, apply=False)
    left = again.left + [f"{place} ({count})" for place, count in again.mentions.items()]
    if run.warehouse.exists():
        with a_look(run) as con:
            left += [f"{table} ({n})" for table, n in tables.erase_tables(con, subject, apply=False)[1].items()]
        if subject.in_file(run.warehouse):
            left.append("the bytes of the published file")
    return left


def told_of_erasure(settings: Settings, receipt: Receipt) -> str:
    """The receipt as lines for people."""
    verb = "erased" if receipt["applied"] else "would erase"
    lines = [f"{verb} {p['mentions']:,} mentions in {p['items']:,} of {p['place']}" for p in receipt["places"]]
    lines = lines or [f"the {receipt['kind']} is nowhere below {settings.home}"]
    if not receipt["applied"]:
        return "\n".join([*lines, "nothing was changed"])
    path = settings.home / "receipts" / f"{receipt['removal_id']}.json"
    if unkept := receipt.get("ids_not_kept"):
        lines.append(
            f"warning    no source folder is known for {', '.join(unkept)[:300]}: records there that are not loaded yet get"
            " their ids from what is left of them (give the folder with --sources before you forget)"
        )
    return "\n".join(
        [
            *lines,
            f"receipt    {path}",
            "Prefect's own database, backups and other copies are yours to look at: docs/security.md",
        ]
    )
