"""Ingest: capture bytes, cut them into records, name their raw values. Nothing here is cleaned.

What other rooms call::

    from tasks.ingest.source import Source, registry, find, expand, with_members
    registry(extra: Path | None = None) -> dict[str, Source]        # all source folders by name
    find(sources, name) -> Source                                   # UsageError unknown_source
    expand(source, target: str | None) -> list[(Source, str | None)]  # a group as its members

    from tasks.ingest.capture import Capture, capture, open_capture
    capture(source, target, home: Path, as_of, run_id, now) -> list[Capture]    # lands the bytes
    open_capture(home, capture) -> Iterator[(source_file, bytes)]
    from tasks.ingest.landing import landed, find                   # what lies in the landing area

    from tasks.ingest.split import split, SplitReport
    split(capture, source, home, report=None) -> Iterator[pyarrow.RecordBatch]  # of form.SCHEMA
        # report: records, good, reasons, unknown_columns, cut (absence proves nothing), warnings()

    from tasks.ingest.ids import raw_id, posting_id, content_id, capture_id, payload_id

A format of its own makes `records.Record`s in its folder's parse.py; an HTTP feed yields `http.Page`s in its fetch.py.
docs/adding_a_source.md explains both and every key of source.yml.
"""
