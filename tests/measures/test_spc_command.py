"""`pitchpit spc`: three formats in, one form out, and a plain sentence for whatever cannot be read."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pitchpit.measures.spc_command import run, spc

CASE_FILES = sorted((Path(__file__).parent / "cases").glob("*.json"))
TWO = {"kind": "xmr", "inputs": {"dates": ["2024-01-01", "2024-01-02"], "values": [4, 6]}}
TWO_ANSWER = {
    "segments": [
        {
            "start_index": 0,
            "end_index": 1,
            "mean": 5.0,
            "mean_moving_range": 2.0,
            "lower_limit": 5 - 2.66 * 2,
            "upper_limit": 5 + 2.66 * 2,
            "trial_limits": True,
        }
    ],
    "special_cause": ["common_cause", "common_cause"],
    "point_type": ["common_cause", "common_cause"],
    "rule_flags": {
        "outside": [False, False],
        "shift": [False, False],
        "trend": [False, False],
        "two_of_three": [False, False],
    },
    "variation_icon": "common_cause",
    "assurance_icon": None,
}


def answered(content, name="input", capsys=None):
    """Exit code, standard output and standard error of one run over the content."""
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    out = io.StringIO()
    code = run(stream, out, name)
    return code, out.getvalue(), capsys.readouterr().err if capsys else ""


def with_inputs(**change):
    return json.dumps({"kind": "xmr", "inputs": {**TWO["inputs"], **change}}, indent=1)


def close(got, wanted):
    """Equal, numbers to 1e-9 relative; what the reference leaves out may be there."""
    if isinstance(wanted, dict):
        return all(close(got[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(close, got, wanted))
    if isinstance(wanted, bool | str) or wanted is None:
        return got == wanted and type(got) is type(wanted)
    return abs(got - wanted) <= 1e-9 * abs(wanted)


# --- the three formats


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_a_whole_reference_file_gives_what_it_expects(path):
    code, out, _ = answered(path.read_bytes(), path.name)
    expected = json.loads(path.read_text())["expected"]
    answer = json.loads(out)
    assert code == 0
    assert close(answer, expected)
    assert set(answer) - set(expected) <= {"special_cause", "point_type"}, "labels where a shift or trend is not 7"


def test_one_line_of_json_gives_one_line():
    code, out, _ = answered(json.dumps(TWO))
    assert (code, out.count("\n"), json.loads(out)) == (0, 1, TWO_ANSWER)


def test_json_over_several_lines_gives_the_same():
    code, out, _ = answered("\n\n" + json.dumps(TWO, indent=2))
    assert (code, json.loads(out)) == (0, TWO_ANSWER)


def test_json_lines_answer_each_line_and_go_on_after_a_bad_one():
    lines = [json.dumps(TWO), '{"kind": "xmr"}', "", "oops", json.dumps(TWO), '{"kind": "q", "inputs": {}}']
    code, out, _ = answered("\n".join(lines))
    assert code == 1
    assert [json.loads(line) for line in out.splitlines()] == [
        TWO_ANSWER,
        {"error": 'line 2: inputs: is missing or not an object; it holds "dates" and "values"'},
        {"error": "line 4: column 1: this is not JSON (expecting value)"},
        TWO_ANSWER,
        {"error": 'line 6: kind: must be one of xmr, run, p, u, c, g, t, not "q"'},
    ]


@pytest.mark.parametrize("bad", ["oops", '{"kind": "xmr", "inputs": ', "[1, 2]", "oops, value"])
def test_json_lines_may_begin_with_a_bad_line(bad):
    code, out, _ = answered(f"{bad}\n{json.dumps(TWO)}\n", "cases.jsonl")
    first, second = [json.loads(line) for line in out.splitlines()]
    assert (code, list(first), second) == (1, ["error"], TWO_ANSWER)


def test_json_lines_are_seen_without_a_telling_name():
    code, out, _ = answered(f'oops\n{{"kind"\n{json.dumps(TWO)}\n')
    assert code == 1
    assert [next(iter(json.loads(line))) for line in out.splitlines()] == ["error", "error", "segments"]


def test_a_damaged_line_of_json_lines_is_its_own_trouble():
    good = json.dumps(TWO).encode()
    code, out, _ = answered(b"\n".join([good, b'{"kind": "\xff"}', good]))
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, answers) == (
        1,
        [TWO_ANSWER, {"error": "line 2: this is not UTF-8 text; save it as UTF-8"}, TWO_ANSWER],
    )


def test_a_csv_with_a_missing_value_is_an_xmr_chart_with_the_defaults():
    rows = ["2024-01-01,4", "2024-01-02,6", "2024-01-03,", "2024-01-04, 4.5 "]
    text = "\n".join(["date,value", *rows])
    inputs = {"dates": [row.split(",")[0] for row in rows], "values": [4, 6, None, 4.5]}
    _, from_json, _ = answered(json.dumps({"kind": "xmr", "inputs": inputs}))
    code, from_csv, _ = answered(text)
    assert (code, json.loads(from_csv)) == (0, json.loads(from_json))


def test_a_csv_from_a_spreadsheet_is_read():
    plain = answered("date,value\n2024-01-01,4\n2024-01-02,6\n")
    assert answered('\ufeffDate,"Value"\r\n2024-01-02,"6"\r\n\r\n2024-01-01,4\r\n') == plain
    assert json.loads(plain[1]) == TWO_ANSWER


def test_text_streams_are_read_as_well():
    out = io.StringIO()
    assert run(io.StringIO("date,value\n2024-01-01,4\n2024-01-02,6\n"), out, "text") == 0
    assert json.loads(out.getvalue()) == TWO_ANSWER


def test_warnings_come_along_and_fields_nobody_reads_are_named():
    code, out, _ = answered(with_inputs(rebase_date=["2024-01-02"], rebase_dates=["2024-02-01"]))
    assert (code, json.loads(out)["warnings"]) == (
        0,
        [
            'The field "rebase_date" is not read; did you mean "rebase_dates"?',
            "No point is dated 1 February 2024, so the limits are not recalculated there.",
        ],
    )


# --- what cannot be read


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "line 1: there is nothing here; give JSON, or a CSV with the header date,value."),
        ("hello", "line 1: this is neither JSON nor the CSV header date,value."),
        ("2024-01-01,4\n", "line 1: this is neither JSON nor the CSV header date,value."),
        (b"\xff\xfed\x00a\x00", "line 1: this is not UTF-8 text; save it as UTF-8."),
        ('{"kind": "xmr",\n "inputs": }', "line 2, column 12: this is not JSON (expecting value)."),
        ("[1]", 'line 1: give an object with "kind" and "inputs"; several cases go on one line each, as JSON Lines.'),
        ("[" * 200_000, "line 1: the JSON is nested too deeply."),
        ('{"a": ' + "9" * 5000 + "}", "line 1: the JSON holds a number with too many digits."),
        ("{}", "line 1: kind: is missing; it is one of xmr, run, p, u, c, g, t."),
        ('{"kind": "xmr", "inputs": []}', 'line 1: inputs: is missing or not an object; it holds "dates" and "values".'),
        ('{"kind": ["xmr"], "inputs": {}}', 'line 1: kind: must be one of xmr, run, p, u, c, g, t, not ["xmr"].'),
        ('{"kind": "xmr", "inputs": {"dates": []}}', "line 1: values: is missing."),
        ('{"kind": "p", "inputs": {"dates": []}}', "line 1: numerators: is missing; a P chart needs numerators and denominators."),
        (with_inputs(values=[1]), "line 8: values: has 1 items, but there are 2 dates."),
        (with_inputs(values=[1, "x"]), 'line 8: values[1]: must be a number, not "x".'),
        (with_inputs(values=[1, [2]]), "line 8: values[1]: must be a number, not [2]."),
        (with_inputs(values=7), "line 8: values: must be a list."),
        (with_inputs(values=[1, float("nan")]), "line 10: NaN is not a number; use null for a missing value."),
        (with_inputs(values=[1, float("-inf")]), "line 10: -Infinity is not a number; use null for a missing value."),
        (with_inputs(values=[1, 2]).replace("2\n", "1e999\n"), "line 8: values[1]: must be a finite number."),
        (with_inputs(dates=["2024-01-01", "2024-01-01"]), "line 4: dates[1]: 2024-01-01 comes twice; each date has one value."),
        (with_inputs(dates=["2024-01-01", "2024-02-30"]), "line 4: dates[1]: there is no day 2024-02-30."),
        (with_inputs(dates=["2024-01-01", "31/3/2024"]), 'line 4: dates[1]: "31/3/2024" is not a date; write it as 2024-03-31.'),
        (with_inputs(dates=["2024-01-01", 5]), "line 4: dates[1]: 5 is not a date; write dates as 2025-03-31."),
        (with_inputs(rebase_dates="2024-01-01"), "line 12: rebase_dates: must be a list."),
        (with_inputs(improvement_direction=[]), "line 12: improvement_direction: must be increase, decrease or neutral, not []."),
        (with_inputs(shift_n="7"), 'line 12: shift_n: must be a whole number of 2 or more, not "7".'),
        ("date,values\n", "line 1: the header must be date,value, not date,values."),
        ("date;value\n", "line 1: this is neither JSON nor the CSV header date,value."),
        ("date,value\n2024-01-01,4\n2024-01-01,5\n", "line 3, date: 2024-01-01 is on line 2 already; each date has one value."),
        ("date,value\n\n01/02/2024,4\n", 'line 3, date: "01/02/2024" is not a date; write it as 2024-02-01.'),
        ("date,value\n2024-01-01,4%\n", 'line 2, value: "4%" is not a number; write it like 41.5.'),
        ("date,value\n2024-01-01,nan\n", 'line 2, value: "nan" is not a number; write it like 41.5.'),
        ("date,value\n2024-01-01,1_000\n", 'line 2, value: "1_000" is not a number; write it like 41.5.'),
        ("date,value\n2024-01-01,1e400\n", "line 2, value: is too large a number."),
        ("date,value\n2024-01-01,1,000\n", "line 2: has 3 columns instead of 2; write numbers without commas."),
        ("date,value\n2024-01-01\n", "line 2, value: is missing; a date without a value is written with a comma after it."),
        ('date,value\n2024-01-01,"4\n', "line 2: is not a row of a CSV; check its quotation marks."),
        (b"date,value\n2024-01-01,\xa3\n", "line 2: this is not UTF-8 text; save it as UTF-8."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_one_sentence_and_2(content, sentence, capsys):
    code, _, err = answered(content, "falls.json", capsys)
    assert (code, err) == (2, f"falls.json, {sentence}\n")


def test_an_undecodable_word_in_a_message_is_shown_safely(capsys):
    code, _, err = answered('{"kind": "xmr", "inputs": {"dates": ["\\ud800"], "values": [1]}}', "odd", capsys)
    assert (code, err) == (
        2,
        'odd, line 1: dates[0]: "\\ud800" is not a date; write dates as 2025-03-31.\n',
    )


# --- the command itself


def test_the_command_reads_a_file(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("date,value\n2024-01-01,4\n2024-01-02,6\n")
    result = CliRunner().invoke(spc, [str(path)])
    assert (result.exit_code, json.loads(result.stdout), result.stderr) == (0, TWO_ANSWER, "")


def test_the_command_reads_standard_input():
    result = CliRunner().invoke(spc, ["-"], input=json.dumps(TWO, indent=1))
    assert (result.exit_code, json.loads(result.stdout)) == (0, TWO_ANSWER)


@pytest.mark.parametrize(("name", "why"), [("absent.json", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_does_not_open_gets_a_sentence(tmp_path, name, why):
    path = tmp_path / name
    result = CliRunner().invoke(spc, [str(path)])
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        f"Cannot open {path}: {why}. Check the name, or use - to read from a pipe.\n",
    )


def test_each_line_is_answered_while_the_pipe_stays_open():
    program = "import sys; from pitchpit.measures.spc_command import spc; spc(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", program, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        answers = []
        for line in (json.dumps(TWO), "oops", json.dumps(TWO)):
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(timeout=20) == 1
        assert process.stderr.read() == b""
    assert answers == [TWO_ANSWER, {"error": "line 2: column 1: this is not JSON (expecting value)"}, TWO_ANSWER]
