"""The `pitchpit` command. Each of its words says in one sentence what to do when something is wrong."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from pitchpit import create_app


def _app(**overrides: Any) -> Flask:
    """The application as the environment describes it; a wrong setting ends in a sentence."""
    try:
        return create_app(overrides)
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None


def with_database(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command inside the application, its database reachable and migrated."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with _app().app_context():
            _ensure_migrated()
            return command(*args, **kwargs)

    return run


def _ensure_migrated() -> None:
    from pitchpit.core.health import migrations_missing

    if _reached(migrations_missing):
        raise click.ClickException("The database is not at this version yet: run `pitchpit init`.")


def _reached(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (OperationalError, DBAPIError) as error:
        raise click.ClickException(
            "The database cannot be reached: check DATABASE_URL and that the server is running "
            f"({str(error.orig).strip().splitlines()[0]})."
        ) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="pitchpit")
def cli() -> None:
    """Pitchpit: from a frontline idea to a monitored improvement."""


@cli.command()
def init() -> None:
    """Create the database, or bring it to this version."""
    import flask_migrate

    from pitchpit.people.queries import anybody

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _app().app_context():
        _reached(flask_migrate.upgrade)
        empty = current_app.config["PITCHPIT_ENV"] == "production" and not anybody()
    click.echo("The database is ready.")
    if empty:
        click.echo("Nobody is here yet. Make the first admin: pitchpit people admin EMAIL --name NAME")


@cli.command()
@click.option("--again", is_flag=True, help="Throw the demo story away and tell it anew, up to today.")
def demo(again: bool) -> None:
    """Load the demo story into an empty database (made-up trust, made-up people, published cases)."""
    from pitchpit.demo import load

    app = _app(MAIL="off")
    with app.app_context():
        _ensure_migrated()
        try:
            told = load(again=again)
        except ValueError as wrong:
            raise click.ClickException(str(wrong)) from None
    click.echo(told)


@cli.command()
def serve() -> None:
    """Serve the pages and run the worker; Ctrl-C stops both."""
    from pitchpit.serving import serve_until_stopped

    app = _app()
    with app.app_context():
        _ensure_migrated()
        _refuse_demo_in_production(app)
    serve_until_stopped(app)


@cli.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Everything `make run` does: init, the demo story at the first start, serve."""
    from pitchpit.people.queries import anybody

    context.invoke(init)
    app = _app()
    with app.app_context():
        first = not anybody()
    if first and app.config["PITCHPIT_ENV"] != "production":
        click.echo("First start: telling the demo story (up to 20 seconds) ...")
        context.invoke(demo, again=False)
    context.invoke(serve)


@cli.command()
@with_database
def worker() -> None:
    """Send mails, do what is queued, remind of what is due; until stopped."""
    from pitchpit.core.jobs import work_until_stopped

    _refuse_demo_in_production(current_app)
    work_until_stopped()


@cli.command()
@with_database
def tick() -> None:
    """Queue the reminders that are due now (for cron, where no worker runs)."""
    from pitchpit.core.jobs import tick as due

    if failed := due():
        raise click.ClickException(f"Some of it could not be looked for ({failed}): the log above says where.")
    click.echo("What is due has been queued.")


@cli.command()
@with_database
def check() -> None:
    """Verify the database, the history chain and the files; say what is wrong."""
    from pitchpit.checking import problems

    found = list(problems())
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise SystemExit(1)
    click.echo("The database, the history and the files are sound.")


def _refuse_demo_in_production(app: Flask) -> None:
    from pitchpit.serving import why_not_serve

    with app.app_context():
        if reason := why_not_serve():
            raise click.ClickException(reason)


def _add_feature_commands() -> None:
    from pitchpit.measures.spc_command import spc
    from pitchpit.people import commands

    cli.add_command(spc)
    cli.add_command(commands.group(with_database))


def main() -> int:
    """What the installed command runs."""
    _add_feature_commands()
    return cli(prog_name="pitchpit") or 0


if __name__ == "__main__":
    sys.exit(main())
