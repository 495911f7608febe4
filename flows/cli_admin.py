"""Commands for looking after what is kept: quarantine, retention, erasure."""

from __future__ import annotations

import click

from flows.cli_options import home_option, settings_of


@click.command()
@click.option("--reason", metavar="R", help="Only records set aside for this reason.")
@click.option("--source", metavar="S", help="Only records of this source.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Groups to show.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@home_option
@click.pass_context
def quarantine(
    ctx: click.Context, reason: str | None, source: str | None, limit: int, form: str, home: str | None
) -> None:
    """Show what was set aside: counts by reason, samples, where each came from, and what to do next."""
    from flows.quarantine import quarantine as show

    click.echo(show(settings_of(ctx, home).warehouse, reason, source, limit, form))


COMMANDS = (quarantine,)
