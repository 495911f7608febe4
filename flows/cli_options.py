"""What the commands of the command line share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flows import settings as settings_module

if TYPE_CHECKING:
    from flows.settings import Settings

HOME_HELP = "Where Winnow keeps its things (default: WINNOW_HOME, else ./data)."


def home_option(function: Any) -> Any:
    """`--home` after the command's name as well as before it."""
    return click.option("--home", metavar="DIR", help=HOME_HELP)(function)


def settings_of(ctx: click.Context, home: str | None) -> Settings:
    """The settings of this call: the command's --home wins over the group's."""
    return settings_module.load(home or ctx.obj)
