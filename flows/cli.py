"""The command line. Every command imports what it needs when it runs, so that reading starts at once."""

from __future__ import annotations

import errno
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows import cli_admin
from flows.cli_options import HOME_HELP, home_option, settings_of
from tasks.errors import GateError, SourceError, StoppedError, UsageError, WinnowError

if TYPE_CHECKING:
    from collections.abc import Sequence


def exit_code(error: WinnowError) -> int:
    """0 published, 1 stopped by a gate, 2 bad usage or configuration, 3 a source failed."""
    if isinstance(error, UsageError):
        return 2
    return 3 if isinstance(error, SourceError) else 1


class Commands(click.Group):
    """A group that turns Winnow's errors into one line on stderr and the exit code of the contract."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; expected failures never show a traceback."""
        try:
            return super().invoke(ctx)
        except WinnowError as error:
            click.echo(f"winnow: {error.message()}", err=True)
            ctx.exit(exit_code(error))
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read the output is gone: click knows what to do
                raise
            told = WinnowError("file_error", "a file cannot be read or written", where=str(error.filename or ""),
                               why=error.strerror or str(error), next_step="Look at the file, its rights and its disk")  # fmt: skip
            click.echo(f"winnow: {told.message()}", err=True)
            ctx.exit(1)
        except StoppedError as error:  # a run tells its own stop: this is a removal
            name = signal.Signals(error.number).name
            click.echo(f"winnow: stopped by {name}: what is gone is gone; do it again to finish", err=True)
            ctx.exit(128 + error.number)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help=HOME_HELP)
@click.version_option(package_name="winnow")
@click.pass_context
def cli(ctx: click.Context, home: str | None) -> None:
    """Job postings in, an audited DuckDB warehouse out."""
    ctx.obj = home


@cli.command()
@click.argument("targets", nargs=-1, metavar="[NAME[=PATH|URL]]...")
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@click.option("--as-of", metavar="WHEN", help="The moment the input was observed: a date or an ISO time (UTC).")
@home_option
@click.pass_context
def run(
    ctx: click.Context, targets: Sequence[str], sources_dir: str | None, as_of: str | None, home: str | None
) -> None:
    """Run the pipeline; without names, over the enabled sources (at first: a made-up sample market)."""
    from flows.telling import run_and_tell

    ctx.exit(run_and_tell(settings_of(ctx, home), list(targets), sources_dir=sources_dir, as_of=as_of))


@cli.command()
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(1, 100_000_000))
@click.option("--seed", default=7, show_default=True, type=int)
@click.option("--days", default=5, show_default=True, type=click.IntRange(1, 3650))
@click.option("--out", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@home_option
def sample(rows: int, seed: int, days: int, out: Path, home: str | None) -> None:  # noqa: ARG001
    """Write a made-up job market with known truth."""
    from tasks.ingest.sources.sample.generate import generate

    if out.exists() and any(out.iterdir()):
        raise UsageError("out_not_empty", "the folder is not empty", where=str(out), next_step="Name a new folder")
    summary = generate(rows=rows, seed=seed, days=days, out=out)
    for key, value in summary.items():
        click.echo(f"{key}: {value}")
    click.echo(f"Try: winnow run sample={out}")


@cli.command()
@click.argument("name", metavar="NAME[=PATH|URL]")
@click.option("--from", "since", required=True, metavar="DATE")
@click.option("--to", "until", required=True, metavar="DATE")
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@home_option
@click.pass_context
def backfill(ctx: click.Context, name: str, since: str, until: str, sources_dir: str | None, home: str | None) -> None:
    """Load the captures of one source that were observed between two dates, both included."""
    from flows.telling import run_and_tell

    ctx.exit(run_and_tell(settings_of(ctx, home), [name], sources_dir=sources_dir, since=since, until=until))


@cli.command()
@click.option("--reason", metavar="R", help="Only records set aside for this reason.")
@click.option("--held", metavar="RUN", help="Instead: judge the batches again that RUN held.")
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@home_option
@click.pass_context
def replay(ctx: click.Context, reason: str | None, held: str | None, sources_dir: str | None, home: str | None) -> None:
    """Take quarantined records through the newest rulebook; what is now good is loaded as of its first sighting."""
    from flows.telling import accept_and_tell, replay_and_tell

    if held:
        ctx.exit(accept_and_tell(settings_of(ctx, home), held, source=None, why=None, sources_dir=sources_dir))
    ctx.exit(replay_and_tell(settings_of(ctx, home), reason=reason, sources_dir=sources_dir))


@cli.command()
@click.argument("run_id", metavar="RUN")
@click.argument("source", required=False)
@click.option("--reason", required=True, metavar="WHY", help="Why it is good; it is recorded with your name.")
@click.option("--by", default="", help="Who accepts (default: the login name).")
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@home_option
@click.pass_context
def accept(
    ctx: click.Context, run_id: str, source: str | None, reason: str, by: str, sources_dir: str | None, home: str | None
) -> None:
    """Publish batches that the breakers of run RUN held (of one SOURCE, if named), on your word."""
    from flows.telling import accept_and_tell

    if not reason.strip():
        raise UsageError("no_reason", "the reason is empty", next_step='Say why: --reason "the board moved"')
    settings = settings_of(ctx, home)
    ctx.exit(accept_and_tell(settings, run_id, source=source, why=reason.strip(), sources_dir=sources_dir, by=by))


@cli.command()
@click.argument("query")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True,
    help="json has null for Infinity and NaN; json and parquet name repeated columns a, a_1.",
)  # fmt: skip
@click.option("--timeout", default=10.0, show_default=True, help="Seconds after which the query is stopped.")
@home_option
@click.pass_context
def sql(ctx: click.Context, query: str, form: str, timeout: float, home: str | None) -> None:
    """Query the published warehouse: read-only, no files, no settings."""
    from flows.query import run_query

    run_query(settings_of(ctx, home).warehouse, query, form, timeout)


@cli.command()
@click.argument("posting_id")
@click.argument("field", required=False)
@home_option
@click.pass_context
def explain(ctx: click.Context, posting_id: str, field: str | None, home: str | None) -> None:
    """Walk from a posting's values back to the bytes: rules, matches, and where it is counted."""
    from flows.explain import explain as explain_posting

    click.echo(explain_posting(settings_of(ctx, home).warehouse, posting_id, field))


@cli.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Pairs to show.")
@click.option("--label", metavar="L", help="Only pairs of this label: FULL, SEMANTIC, TEMPORAL, PARTIAL or NON.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), help="Print; a terminal is asked otherwise.")
@click.option("--same", nargs=2, metavar="A B", help="Record that two postings are one job.")
@click.option("--different", nargs=2, metavar="A B", help="Record that they are not.")
@click.option("--undo", nargs=2, metavar="A B", help="Take a verdict back.")
@click.option("--why", default="", help="The reason, for --same and --different.")
@click.option("--by", default="", help="Who decides (default: the login name).")
@home_option
@click.pass_context
def review(
    ctx: click.Context, limit: int, label: str | None, form: str | None, home: str | None, why: str, by: str,
    same: tuple[str, str] | None, different: tuple[str, str] | None, undo: tuple[str, str] | None,
) -> None:  # fmt: skip
    """Look at the closest match calls and decide them; the next run follows what was decided."""
    from flows.review import decide, show

    settings = settings_of(ctx, home)
    asked = {"same": same, "different": different, "undo": undo}
    if any(asked.values()):
        click.echo(decide(settings, [(verb, pair) for verb, pair in asked.items() if pair], why, by))
    else:
        show(settings, limit, label, form, by)


@cli.command()
@click.argument("run_id", required=False)
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
@home_option
@click.pass_context
def report(ctx: click.Context, run_id: str | None, open_it: bool, home: str | None) -> None:
    """Print where a run's report is (the newest without RUN)."""
    from flows.inspect import report_path

    path = report_path(settings_of(ctx, home), run_id)
    click.echo(str(path))
    if open_it:
        click.launch(path.as_uri())


@cli.command()
@click.argument("code", required=False)
def rules(code: str | None) -> None:
    """List the cleaning rules, or explain one."""
    from flows.inspect import describe_rules

    click.echo(describe_rules(code))


@cli.command()
@click.option("--sources", "sources_dir", metavar="DIR", help="More source folders, from outside the project.")
@home_option
@click.pass_context
def sources(ctx: click.Context, sources_dir: str | None, home: str | None) -> None:
    """List the sources and what the warehouse holds of each."""
    from flows.inspect import describe_sources

    click.echo(describe_sources(settings_of(ctx, home), sources_dir))


@cli.command()
@home_option
@click.pass_context
def check(ctx: click.Context, home: str | None) -> None:
    """Judge the published warehouse again; exit code 1 where a critical check fails.

    It runs the suites `jobs` (what was loaded and matched) and `marts` (what is counted). `raw`, `curated` and the checks
    of each source judge what a run brings before it is loaded: `winnow report` shows what they found.
    """
    from flows.inspect import check_published

    text, passed = check_published(settings_of(ctx, home))
    click.echo(text)
    ctx.exit(0 if passed else 1)


@cli.command()
@click.option("--cron", default="15 5 * * *", show_default=True, help="When to run, in UTC.")
@click.argument("targets", nargs=-1, metavar="[NAME[=PATH|URL]]...")
@home_option
@click.pass_context
def serve(ctx: click.Context, cron: str, targets: Sequence[str], home: str | None) -> None:
    """Serve the schedules through Prefect until stopped (needs a Prefect server: PREFECT_API_URL)."""
    from flows.serving import serve as serve_schedules

    serve_schedules(settings_of(ctx, home), list(targets), cron)


@cli.command()
@home_option
@click.pass_context
def doctor(ctx: click.Context, home: str | None) -> None:
    """Look at this installation and say what is wrong and what to do."""
    from flows.inspect import diagnose

    text, healthy = diagnose(settings_of(ctx, home))
    click.echo(text)
    ctx.exit(0 if healthy else 2)


for command in cli_admin.COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The console entry point."""
    try:
        cli()
    except GateError as error:  # raised outside a command's invoke
        click.echo(f"winnow: {error.message()}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
