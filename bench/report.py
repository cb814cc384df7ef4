"""The report: every promise with its bound, what was measured, and whether it is kept; then the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Pages may cost so many times the floor's list, and so many statements; the largest size so many times the smallest.
TIMES, STATEMENTS, GROWTH = 12.0, 10, 1.3


@dataclass(frozen=True)
class Checked:
    """A promise: what, its bound, what was measured (the worst of what it covers), and whether it is kept."""

    what: str
    bound: str
    measured: str
    kept: bool


def report(results: dict[str, Any]) -> str:
    """Markdown: for each database its promises and its figures."""
    lines = [
        f"# Bench, {results['at']}, {results['cores']} cores",
        "",
        "The floor is a bare Flask application (`bench/floor.py`): one indexed query and 50 rows; one durable insert. Both are served by",
        f"gunicorn with two workers and driven in turn; medians of {results['rounds']} rounds. Times the floor is worked out in each round; growth is that",
        "of times the floor from the smallest size to the largest, so that a machine that was slower meanwhile does not count.",
        "",
    ]
    for database in dict.fromkeys(key.split()[0] for key in results["runs"]):
        lines += _of_database(database, results)
    return "\n".join(lines).rstrip() + "\n"


def _of_database(database: str, results: dict[str, Any]) -> list[str]:
    runs = {int(key.split()[1]): run for key, run in results["runs"].items() if key.split()[0] == database}
    small, large = runs[min(runs)], runs[max(runs)]
    checked = _promises(database, runs, small, large, results["computations"])
    broken = [one for one in checked if not one.kept]
    sizes = ", ".join(f"{size:,}" for size in sorted(runs))
    return [
        f"## {database}: {len(checked) - len(broken)} of {len(checked)} promises kept",
        "",
        f"Sizes: {sizes} proposals.",
        "",
        "| promise | bound | measured | |",
        "| --- | --- | --- | --- |",
        *(f"| {one.what} | {one.bound} | {one.measured} | {'kept' if one.kept else '**broken**'} |" for one in checked),
        "",
        *(line for size in sorted(runs, reverse=True) for line in _figures(size, runs[size], small, size == max(runs))),
    ]


def _promises(
    database: str, runs: dict[int, Any], small: Any, large: Any, computations: dict[str, float]
) -> list[Checked]:
    every = [(size, name, page) for size, run in runs.items() for name, page in run["pages"].items()]
    checked = [
        _most(
            "any page, p50", TIMES, "times the floor", [(page["ratio"], f"{name} at {n:,}") for n, name, page in every]
        ),
        _most("any page", STATEMENTS, "statements", [(page["statements"], name) for _, name, page in every]),
        _most("any page, growth", GROWTH, "times", _growths(small["pages"], large["pages"])),
        _most("any page, wrong answers", 0, "", [(page["wrong"], name) for _, name, page in every]),
    ]
    written = [(size, name, write) for size, run in runs.items() for name, write in run["writes"].items()]
    for name in large["writes"]:
        figures = [(write["ratio"], f"at {n:,}") for n, other, write in written if other == name]
        checked.append(_most(f"{name}, p50", TIMES, "times the floor's insert", figures))
    checked.append(_most("writing, growth", GROWTH, "times", _growths(small["writes"], large["writes"])))
    checked.append(
        _most(
            "eight people writing at once, errors", 0, "", [(w["wrong"], f"{name} at {n:,}") for n, name, w in written]
        )
    )
    checked.append(
        _most(
            "eight people writing at once, lost writes",
            0,
            "",
            [(abs(w["lost"]), f"{name} at {n:,}") for n, name, w in written],
        )
    )
    if database == "sqlite":
        shares = [
            (write["rate_at_8"] / runs[size]["floor_insert"]["rate_at_8"], f"{name} at {size:,}")
            for size, name, write in written
        ]
        least, which = min(shares)
        checked.append(
            Checked(
                "eight people writing at once, throughput",
                "at least 0.25 of the floor's",
                f"{least:.2f} ({which})",
                least >= 0.25,
            )
        )
    firsts = [(run["first_view"], f"at {size:,}") for size, run in runs.items()]
    checked += [
        _most("ranking of 400 proposals by 40 judges, first view", 1500, "ms", firsts),
        _most("similar ideas", 20, "ms", [(ms, f"{who} at {n:,}") for n, run in runs.items() for who, ms in run["similar"].items()]),
        _most("sharing 400 proposals out to 40 judges", 1000, "ms", [(computations["assignment"], "")]),
        _most("analysis of 36 points", 1, "ms", [(computations["analysis"], "")]),
        _most("SVG of 36 points", 1, "ms", [(computations["svg"], "")]),
        _most("start to first page", 3, "s", [(run["first_page_seconds"], f"at {n:,}") for n, run in runs.items()]),
        _most(
            f"a web process after {large['memory']['requests']:,} requests, eight sign-ins at once among them",
            200, "MB", [(run["memory"]["mb"], f"at {n:,}") for n, run in runs.items()],
        ),
        _most("those requests, wrong answers", 0, "", [(run["memory"]["wrong"], f"at {n:,}") for n, run in runs.items()]),
    ]  # fmt: skip
    return checked


def _growths(small: dict[str, Any], large: dict[str, Any]) -> list[tuple[float, str]]:
    return [(large[name]["ratio"] / small[name]["ratio"], name) for name in large]


def _most(what: str, bound: float, unit: str, figures: list[tuple[float, str]]) -> Checked:
    """A promise that nothing is above its bound: the worst of the figures, and how many are above."""
    worst, which = max(figures)
    above = sum(figure > bound for figure, _ in figures)
    said = f"{worst:.4g}" + (f" ({which})" if which else "")
    return Checked(
        what, f"at most {bound:g} {unit}".strip(), said + (f", {above} above" if above > 1 else ""), not above
    )


def _figures(size: int, run: Any, small: Any, has_growth: bool) -> list[str]:
    floor, insert = run["floor"], run["floor_insert"]
    lines = [
        f"### {size:,} proposals",
        "",
        f"The floor's list: p50 {floor['p50']:.2f} ms, {floor['rate_at_8']:.0f} a second at 8. Its insert: {insert['p50']:.2f} ms, "
        f"{insert['rate_at_8']:.0f} a second at 8.",
        "",
        "| | statements | p50 ms | p95 ms | a second at 8 | times the floor | growth | kB | wrong |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for part in ("pages", "writes"):
        for name, one in run[part].items():
            growth = f"{one['ratio'] / small[part][name]['ratio']:.2f}" if has_growth else ""
            lines.append(
                f"| {name} | {one.get('statements', '')} | {one['p50']:.1f} | {one['p95']:.1f} | {one['rate_at_8']:.0f} "
                f"| {one['ratio']:.1f} | {growth} | {one['kb']:.0f} | {one['wrong']:.0f} |"
            )
    return [*lines, ""]
