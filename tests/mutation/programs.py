"""The test programs of programs.toml, and what a run of one showed."""

import json
import os
import signal
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .workplace import Workplace


@dataclass(frozen=True)
class Program:
    target: str
    path: str  # in the build directory
    level: str
    seconds: int  # that a whole run may take
    gtest: bool = True
    arguments: tuple[str, ...] = ()

    def arguments_in(self, root: Path) -> list[str]:
        return [argument.replace('{tree}', str(root)) for argument in self.arguments]


def load_programs() -> dict[str, Program]:
    table = tomllib.loads((Path(__file__).parent / 'programs.toml').read_text())
    return {name: Program(name, **entry | {'arguments': tuple(entry.get('arguments', ()))})
            for name, entry in table.items()}


@dataclass
class Outcome:
    status: int | None  # exit status, negative for a signal, None if its time was over
    output: str = field(repr=False)


def run(command: list[str], folder: Path, seconds: float, environment: dict[str, str] | None = None) -> Outcome:
    """Runs a command, and ends it with all its children when its time is over or we are interrupted."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True, text=True, errors='replace')
    try:
        output, _ = process.communicate(timeout=seconds)
        return Outcome(process.returncode, output)
    except subprocess.TimeoutExpired:
        return Outcome(None, end(process))
    except BaseException:
        end(process)
        raise


def end(process: subprocess.Popen[str]) -> str:
    """Asks it to end, as ninja must be asked for its children's sake, and then does not ask."""
    for how, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, None)):
        os.killpg(process.pid, how)
        try:
            return process.communicate(timeout=patience)[0]
        except subprocess.TimeoutExpired:
            pass
    raise AssertionError('nothing outlives SIGKILL')


def matching(place: 'Workplace', program: Program, pattern: str) -> list[str]:
    """The full names of the tests that a --gtest_filter matches."""
    listed = place.run(program, ['--gtest_list_tests', '--gtest_filter=' + pattern], 60).output
    suite, names = '', []
    for line in listed.splitlines():
        text = line.split('  # ')[0].rstrip()
        if not text.startswith(' '):
            suite = text
        elif suite.endswith('.'):
            names.append(suite + text.strip())
    return names


def colours(place: 'Workplace', program: Program, names: list[str]) -> dict[str, str]:
    """Runs tests and says of each: green, red, skipped, crashes or hangs."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / 'report.json'
        outcome = place.run(program, ['--gtest_brief=1', '--gtest_filter=' + ':'.join(names),
                                      f'--gtest_output=json:{report}'], program.seconds)
        if outcome.status in (0, 1) and report.exists():
            return read_report(json.loads(report.read_text()))
    if len(names) == 1:
        return {names[0]: 'hangs' if outcome.status is None else 'crashes'}
    # Which one it was shows only when each runs alone.
    return {name: colour for name in names for name, colour in colours(place, program, [name]).items()}


def read_report(report: dict) -> dict[str, str]:
    found = {}
    for suite in report['testsuites']:
        for test in suite['testsuite']:
            if test['status'] == 'RUN':
                colour = 'red' if test.get('failures') else 'skipped' if test['result'] == 'SKIPPED' else 'green'
                found[f"{suite['name']}.{test['name']}"] = colour
    return found
