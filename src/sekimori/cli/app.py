"""The `sekimori` command: finds its sub-commands, and turns errors into words and an exit status."""

import importlib
import pkgutil
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from sekimori import __version__
from sekimori.core.errors import SekimoriError

_NOT_COMMANDS = {"app"}


class Commands(TyperGroup):
    """Loads a command's module only when it is asked for, so that each starts quickly."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is the library's
        """Name the commands: one file of this folder each."""
        package = importlib.import_module("sekimori.cli")
        names = {m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")}
        return sorted(names - _NOT_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = get_command(importlib.import_module(f"sekimori.cli.{cmd_name}").app)
        command.name = cmd_name
        return command


root = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@root.callback()
def sekimori(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keep the checkpoint between two companies: the desk, the watch, and the record of both.

    Try it:  sekimori demo (everything, on a simulator) · sekimori scan LOGS (findings in Entra ID logs)
    """


def main() -> None:
    """Run the command line; the exit status is the command's own."""
    try:
        root(prog_name="sekimori")
    except SekimoriError as error:
        typer.echo(f"error: {error.words}", err=True)
        if error.hint:
            typer.echo(f"  -> {error.hint}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.exit(0)
