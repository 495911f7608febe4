"""Commands for looking after what is kept: what waits, quarantine, retention, erasure."""

from __future__ import annotations

import sys

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


@click.command()
@click.option("--days", type=click.IntRange(1, 36_500), help="Instead of the policy of settings and sources: this age.")
@click.option("--apply", "apply_it", is_flag=True, help="Remove; without it, only say what would go.")
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@click.option("--by", default="", help="Who removes (default: the login name).")
@home_option
@click.pass_context
def retain(
    ctx: click.Context, days: int | None, apply_it: bool, sources_dir: str | None, by: str, home: str | None
) -> None:
    """Remove raw payloads that have reached their age; ids, digests, curated tables and the ledger stay."""
    from flows.retention import retain as remove_by_age
    from flows.retention import told_of_retention

    click.echo(told_of_retention(remove_by_age(settings_of(ctx, home), days, sources_dir, by, apply=apply_it)))


@click.command()
@click.argument("text")
@click.option("--dry-run", is_flag=True, help="Only say where it would be erased.")
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@click.option("--by", default="", help="Who erases (default: the login name).")
@home_option
@click.pass_context
def forget(ctx: click.Context, text: str, dry_run: bool, sources_dir: str | None, by: str, home: str | None) -> None:
    """Erase a person's e-mail address or telephone number everywhere below the home; TEXT `-` is read from stdin."""
    from flows.forgetting import forget as erase
    from flows.forgetting import told_of_erasure

    if text == "-":  # a command line is seen by other users of the machine, and kept by the shell
        text = sys.stdin.readline()
    settings = settings_of(ctx, home)
    click.echo(told_of_erasure(settings, erase(settings, text, by, apply=not dry_run, sources_dir=sources_dir)))


@click.command()
@home_option
@click.pass_context
def status(ctx: click.Context, home: str | None) -> None:
    """Say how the last run ended, and what has landed and is not loaded: why, and what to type."""
    from flows.waiting import status as told

    click.echo(told(settings_of(ctx, home)))


COMMANDS = (quarantine, retain, forget, status)
