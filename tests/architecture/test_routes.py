"""Every route names its guard, in one readable table; a POST commits and a GET does not."""

from pathlib import Path

from flask import Flask

TABLE = Path(__file__).with_name("routes.txt")

#: Flask's own, and what needs no guard of ours.
NOT_OURS = {"static"}


def rows(app: Flask) -> list[str]:
    """One line a route and method: method, address, endpoint, guard."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_OURS:
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append((rule.rule, method, rule.endpoint, getattr(view, "guard", "NO GUARD")))
    return [
        f"{method:<5}{address:<64}{endpoint:<36}{guard}".rstrip() for address, method, endpoint, guard in sorted(found)
    ]


def test_the_table_shows_every_route(bare_app: Flask) -> None:
    """Changed a route on purpose? Run `python -m tests.architecture.test_routes` and read the difference in git."""
    assert TABLE.read_text().splitlines() == rows(bare_app)


def test_every_route_has_a_guard(bare_app: Flask) -> None:
    assert [row for row in rows(bare_app) if row.endswith("NO GUARD")] == []


def test_a_post_commits_and_a_get_does_not(bare_app: Flask) -> None:
    wrong = []
    for rule in bare_app.url_map.iter_rules():
        if rule.endpoint in NOT_OURS:
            continue
        changes = bool((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
        if changes is not getattr(bare_app.view_functions[rule.endpoint], "commits", False):
            wrong.append(f"{rule.endpoint} {rule.rule}")
    assert wrong == []


def test_addresses_are_kebab_case(bare_app: Flask) -> None:
    assert [
        rule.rule
        for rule in bare_app.url_map.iter_rules()
        if rule.endpoint not in NOT_OURS and "_" in _words(rule.rule)
    ] == []


def _words(address: str) -> str:
    import re

    return re.sub(r"<[^>]*>", "", address)


if __name__ == "__main__":
    from pitchpit import create_app

    TABLE.write_text(
        "\n".join(rows(create_app({"SECRET_KEY": "only to list routes", "DATABASE_URL": "sqlite://"}))) + "\n"
    )
