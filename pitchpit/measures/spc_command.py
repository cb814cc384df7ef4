"""`pitchpit spc FILE`: the analysis the pages use, from a file or a pipe, as JSON.

Understands a JSON object `{"kind", "inputs"}`, JSON Lines (one such object a line, answered line by line), and a CSV
of `date,value`. What it is, it sees by the content; a name ending in .jsonl or .ndjson is always JSON Lines.
"""

import csv
import difflib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO
from itertools import chain
from typing import IO, Any

import click

from pitchpit.measures.spc import InputError, Kind, SeriesAnalysis, SeriesInputs, XmrAnalysis, XmrInputs, analyse

BAD_INPUT = 2
SOME_LINES_BAD = 1
CSV_HEADER = ["date", "value"]
LINES_SUFFIXES = (".jsonl", ".ndjson")

XMR_FIELDS = (
    "dates",
    "values",
    "improvement_direction",
    "target",
    "rebase_dates",
    "fix_after_n_points",
    "screen_outliers",
    "shift_n",
    "trend_n",
)
SERIES_FIELDS = (
    "dates",
    "values",
    "numerators",
    "denominators",
    "multiply",
    "split_after_points",
    "baseline_n_points",
    "exclude_points",
)
LIST_FIELDS = ("dates", "values", "numerators", "denominators", "rebase_dates", "split_after_points", "exclude_points")
DATE_FIELDS = ("dates", "rebase_dates")


class Refused(Exception):  # noqa: N818 - it reads as what happened: the input was refused
    """Input that cannot be analysed: `where` names line or field, the message says in a sentence what to change.

    look_for: text by which a document finds the line that is meant.
    """

    def __init__(self, where: str, message: str, *, look_for: str = ""):
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
        self.look_for = look_for


@click.command("spc")
@click.argument("file")
def spc(file: str) -> None:
    """Analyse a measure: FILE holds JSON, JSON Lines or a CSV of date,value; - reads from a pipe.

    JSON is {"kind": "xmr", "inputs": {...}}, with kind xmr, run, p, u, c, g or t. A CSV is an XmR chart without a
    target or a better direction, with outliers screened, a shift of 7 and a trend of 7; an empty value is missing.
    Answers in JSON. Ends with 2 when the input cannot be analysed, with 1 when some lines of JSON Lines could not.
    """
    if file == "-":
        sys.exit(run(sys.stdin.buffer, sys.stdout, "standard input"))
    try:
        stream = open(file, "rb")  # noqa: SIM115 - closed below, after a friendly answer to a name that does not open
    except OSError as problem:
        click.echo(f"Cannot open {file}: {problem.strerror}. Check the name, or use - to read from a pipe.", err=True)
        sys.exit(BAD_INPUT)
    with stream:
        sys.exit(run(stream, sys.stdout, file))


def run(stream_in: IO, stream_out: IO[str], name: str) -> int:
    """Read one stream, write its answers, and say how it went: 0 all well, 1 some lines bad, 2 nothing to analyse.

    stream_in: bytes or text. stream_out: text; each answer is flushed. name: how messages on stderr call the input.
    """
    try:
        return answer_stream(numbered_lines(stream_in), stream_out, always_lines=name.endswith(LINES_SUFFIXES))
    except Refused as refusal:
        click.echo(printable(f"{name}, {refusal}."), err=True)
        return BAD_INPUT


def printable(text: str) -> str:
    """Half characters out of a damaged file must not stop the message about it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# --- which of the three formats it is

Line = tuple[int, str]


def numbered_lines(stream: IO) -> Iterator[Line]:
    """The lines as text, counted from 1, as they come; a byte order mark is dropped.

    Bytes that are not UTF-8 are carried along, so that only their own line is refused (`refuse_other_bytes`).
    """
    for number, line in enumerate(iter(stream.readline, stream.read(0)), start=1):
        text = line.decode("utf-8", "surrogateescape") if isinstance(line, bytes) else line
        yield number, text.removeprefix("\ufeff") if number == 1 else text


def refuse_other_bytes(where: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused(where, "this is not UTF-8 text; save it as UTF-8") from None


def answer_stream(lines: Iterator[Line], out: IO[str], *, always_lines: bool) -> int:
    """Read on until the format shows, answering JSON Lines at once so that an open pipe gets its answers."""
    seen: list[Line] = []
    for line in lines:
        text = line[1].strip()
        if not text:
            continue
        seen.append(line)
        first = len(seen) == 1
        if always_lines or is_whole_object(text, first=first):
            return answer_lines(chain(seen, lines), out, always_lines=always_lines)
        if first and looks_like_csv_header(text):
            write_document(answer_csv(line, lines), out)
            return 0
    write_document(answer_document(seen), out)
    return 0


def is_whole_object(text: str, *, first: bool) -> bool:
    """Whether a line is a JSON object by itself: then there may be one on every line.

    A later line must hold a case, as a short object inside a document may well fill a line.
    """
    if not (text.startswith("{") and text.endswith("}")):
        return False
    try:
        found = parse(text)
    except Refused:
        return False
    return isinstance(found, dict) and (first or {"kind", "inputs"} <= found.keys())


def looks_like_csv_header(text: str) -> bool:
    names = {name.strip(' "').lower() for name in text.split(",")}
    return "{" not in text and bool(names & set(CSV_HEADER))


# --- JSON Lines


def answer_lines(lines: Iterable[Line], out: IO[str], *, always_lines: bool) -> int:
    """One answer a line; a bad line gets its error and the run goes on.

    A single line that is no more than one object is also a JSON document, so its error is told as one as well.
    """
    answered, refusals = 0, []
    for number, text in lines:
        if not text.strip():
            continue
        answered += 1
        try:
            answer = answer_case(parse(text))
        except Refused as refusal:
            refusals.append(Refused(f"line {number}", str(refusal)))
            answer = {"error": str(refusals[-1])}
        out.write(to_json(answer) + "\n")
        out.flush()
    if refusals and answered == 1 and not always_lines:
        raise refusals[0]
    return SOME_LINES_BAD if refusals else 0


# --- one JSON document


def answer_document(lines: list[Line]) -> dict[str, Any]:
    """The answer to one object over several lines; a refused field is told with the line it starts on."""
    text = "".join(text for _, text in lines)
    if not lines:
        raise Refused("line 1", "there is nothing here; give JSON, or a CSV with the header date,value")
    if text.lstrip()[0] not in "{[":
        refuse_other_bytes("line 1", text)
        raise Refused("line 1", "this is neither JSON nor the CSV header date,value")
    try:
        return answer_case(parse(text, lines=lines))
    except Refused as refusal:
        if refusal.where.startswith("line "):
            raise
        raise Refused(f"line {line_of(refusal, lines)}", str(refusal)) from None


def line_of(refusal: Refused, lines: list[Line]) -> int:
    """The line that what was refused starts on, or the first where it cannot be found."""
    look_for = refusal.look_for or f'"{refusal.where.split("[")[0]}"'
    return next((number for number, text in lines if look_for in text), lines[0][0])


# --- one case


def parse(text: str, *, lines: list[Line] | None = None) -> Any:
    """Strict JSON; `lines`: the lines it came on, for a document's messages."""
    refuse_other_bytes("", text)
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except json.JSONDecodeError as problem:
        line = f"line {lines[min(problem.lineno, len(lines)) - 1][0]}, " if lines else ""
        message = f"this is not JSON ({problem.msg[:1].lower()}{problem.msg[1:]})"
        raise Refused(f"{line}column {problem.colno}", message) from None
    except RecursionError:
        raise Refused("", "the JSON is nested too deeply") from None
    except ValueError:
        raise Refused("", "the JSON holds a number with too many digits") from None


def refuse_constant(word: str) -> None:
    raise Refused("", f"{word} is not a number; use null for a missing value", look_for=word)


def answer_case(case: Any) -> dict[str, Any]:
    """The analysis of one `{"kind", "inputs"}`, in the form of a reference case's `expected`."""
    if not isinstance(case, dict):
        raise Refused("", 'give an object with "kind" and "inputs"; several cases go on one line each, as JSON Lines')
    if "kind" not in case:
        raise Refused("kind", f"is missing; it is one of {', '.join(Kind)}")
    if not isinstance(case.get("inputs"), dict):
        raise Refused("inputs", 'is missing or not an object; it holds "dates" and "values"')
    try:
        kind = known_kind(case["kind"])
        inputs, remarks = inputs_of(kind, case["inputs"])
        return in_the_form_of_expected(analyse(inputs), remarks)
    except InputError as problem:
        raise Refused(problem.field, problem.message) from None


def known_kind(word: Any) -> Kind:
    if not isinstance(word, str) or word not in list(Kind):
        raise InputError("kind", f"must be one of {', '.join(Kind)}, not {json.dumps(word)[:40]}")
    return Kind(word)


def inputs_of(kind: Kind, given: dict[str, Any]) -> tuple[XmrInputs | SeriesInputs, list[str]]:
    """Checked inputs, and remarks about fields that nobody reads."""
    fields = XMR_FIELDS if kind is Kind.XMR else SERIES_FIELDS
    remarks = [not_read(name, fields) for name in given if name not in fields]
    known = {name: field_value(name, given[name]) for name in fields if given.get(name) is not None}
    for name in ("dates", "values") if kind is Kind.XMR else ("dates",):
        if name not in known:
            raise InputError(name, "is missing")
    return (XmrInputs(**known) if kind is Kind.XMR else SeriesInputs(kind=kind, **known)), remarks


def not_read(name: str, fields: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(fields), n=1)
    return f'The field "{name}" is not read' + (f'; did you mean "{close[0]}"?' if close else ".")


def field_value(name: str, value: Any) -> Any:
    if name in LIST_FIELDS and not isinstance(value, list):
        raise InputError(name, "must be a list")
    return [day_of(f"{name}[{index}]", text) for index, text in enumerate(value)] if name in DATE_FIELDS else value


ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
UK_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def day_of(field: str, text: Any) -> date:
    """A date as 2025-03-31; a UK date gets told how to write it."""
    if isinstance(text, str) and ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise InputError(field, f"there is no day {text}") from None
    hint = "write dates as 2025-03-31"
    if isinstance(text, str) and (uk := UK_DATE.fullmatch(text)):
        hint = f"write it as {uk[3]}-{int(uk[2]):02}-{int(uk[1]):02}"
    raise InputError(field, f"{json.dumps(text, ensure_ascii=False)[:40]} is not a date; {hint}")


# --- CSV


def answer_csv(header: Line, rows: Iterable[Line]) -> dict[str, Any]:
    """The XmR analysis of date,value rows, with the defaults of `XmrInputs`."""
    check_header(header)
    values: dict[date, float | None] = {}
    line_of_day: dict[date, int] = {}
    for number, text in rows:
        if not text.strip():
            continue
        day, value = csv_row(number, text)
        if day in values:
            raise Refused(
                f"line {number}, date", f"{day} is on line {line_of_day[day]} already; each date has one value"
            )
        values[day], line_of_day[day] = value, number
    return in_the_form_of_expected(analyse(XmrInputs(dates=list(values), values=list(values.values()))), [])


def check_header(line: Line) -> None:
    number, text = line
    names = [name.strip().lower() for name in cells(number, text)]
    if names != CSV_HEADER:
        raise Refused(f"line {number}", f"the header must be date,value, not {text.strip()[:60]}")


def csv_row(number: int, text: str) -> tuple[date, float | None]:
    row = [cell.strip() for cell in cells(number, text)]
    if len(row) == 1:
        raise Refused(f"line {number}, value", "is missing; a date without a value is written with a comma after it")
    if len(row) > len(CSV_HEADER):
        raise Refused(f"line {number}", f"has {len(row)} columns instead of 2; write numbers without commas")
    try:
        return day_of("date", row[0]), csv_number(row[1])
    except InputError as problem:
        raise Refused(f"line {number}, {problem.field}", problem.message) from None


def cells(number: int, text: str) -> list[str]:
    refuse_other_bytes(f"line {number}", text)
    try:
        return next(csv.reader(StringIO(text), strict=True))
    except (csv.Error, StopIteration):
        raise Refused(f"line {number}", "is not a row of a CSV; check its quotation marks") from None


PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def csv_number(text: str) -> float | None:
    """A plain number; what Python would read besides (nan, 1_000) is refused."""
    if not text:
        return None
    if not PLAIN_NUMBER.fullmatch(text):
        raise InputError("value", f"{json.dumps(text, ensure_ascii=False)[:40]} is not a number; write it like 41.5")
    number = float(text)
    if abs(number) > 1e100:
        raise InputError("value", "is too large a number")
    return number


# --- the answer


def in_the_form_of_expected(analysis: XmrAnalysis | SeriesAnalysis, remarks: list[str]) -> dict[str, Any]:
    """Plain lists and dicts, named as in the reference cases; `warnings` only where there are some."""
    answer = xmr_answer(analysis) if isinstance(analysis, XmrAnalysis) else series_answer(analysis)
    warnings = [*remarks, *analysis.warnings]
    return {**answer, "warnings": warnings} if warnings else answer


def xmr_answer(analysis: XmrAnalysis) -> dict[str, Any]:
    return {
        "segments": [plain(segment) for segment in analysis.segments],
        "special_cause": analysis.special_cause,
        "point_type": analysis.point_type,
        "rule_flags": plain(analysis.rule_flags),
        "variation_icon": analysis.variation_icon,
        "assurance_icon": analysis.assurance_icon,
    }


def series_answer(analysis: SeriesAnalysis) -> dict[str, Any]:
    segments = [plain(segment) for segment in analysis.segments]
    if analysis.kind is Kind.RUN:
        return {"segments": segments}
    points = {name: getattr(analysis, name) for name in ("plotted", "lower_limit", "upper_limit", "outside")}
    return {"segments": segments, **points}


def plain(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}


def to_json(answer: Any) -> str:
    return json.dumps(answer, allow_nan=False)


def write_document(answer: dict[str, Any], out: IO[str]) -> None:
    """One line a field, so that a person can read it too."""
    lines = ",\n".join(f" {to_json(name)}: {to_json(value)}" for name, value in answer.items())
    out.write(f"{{\n{lines}\n}}\n")
    out.flush()
