"""`pitchpit people`: what somebody at the command line, whom nobody here knows, does to persons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError

from pitchpit.core.db import transaction
from pitchpit.notices import mailer
from pitchpit.people import actions
from pitchpit.people.actions.signing_in import LINK_LIVES
from pitchpit.people.importing import apply, compare, in_words
from pitchpit.people.staff_list import Wrong, read, read_email, read_name


def group(with_database: Callable[..., Callable[..., None]]) -> click.Group:
    """The commands; `with_database` runs a function inside the application."""

    @click.group()
    def people() -> None:
        """People: read in a staff list, make an admin."""

    @people.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--leavers", is_flag=True, help="Who is here and not in the file leaves today.")
    @click.option("--yes", is_flag=True, help="Write it. Without, nothing is written: only what would change is shown.")
    @with_database
    def import_(file: Path, leavers: bool, yes: bool) -> None:
        """Read in a staff list in CSV: name, email, staff_number, job_title, staff_group, service, site, left_on."""
        try:
            told = _import(file.read_bytes(), leavers=leavers, yes=yes)
        except Wrong as wrong:
            raise click.ClickException(f"{wrong} Nothing was written.") from None
        for sentence in told:
            click.echo(sentence)
        click.echo("Written." if yes else "Nothing was written. To write it, run the same command with --yes.")

    @people.command("admin")
    @click.argument("email")
    @click.option("--name", help="Their name, where they are not here yet.")
    @with_database
    def admin(email: str, name: str | None) -> None:
        """Make somebody an admin, and print the link by which they set a password. The first admin comes in by this."""
        try:
            address, known_as = read_email(email.strip()), name and read_name(name.strip())
        except ValueError as wrong:
            raise click.ClickException(str(wrong)) from None
        with transaction():
            token = actions.make_admin(address, known_as)
        if token is None:
            raise click.ClickException(
                "Nobody here has this email address: give their name too, with --name, or look whether they have left."
            )
        minutes = int(LINK_LIVES.total_seconds() // 60)
        click.echo(f"{address} is an admin. This link sets a password, once, within {minutes} minutes:")
        click.echo(mailer.address_of(f"/password/{token}"))

    return people


def _import(content: bytes, *, leavers: bool, yes: bool) -> list[str]:
    lines = read(content)
    if not yes:
        return list(in_words(compare(lines, leavers=leavers)))
    try:
        with transaction():
            return apply(lines, leavers=leavers).told
    except IntegrityError:
        raise Wrong(
            "An email address or staff number in the file still belongs to somebody else here: put that person right first."
        ) from None
