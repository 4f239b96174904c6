"""What becomes of one fault: the first program that it turns red, none, or the compiler's refusal."""

import re
import time

from .operators import Mutant
from .programs import Outcome, Program
from .workplace import BuildFailed, Workplace

STOPS_AT_THE_FIRST = ['--gtest_brief=1', '--gtest_fail_fast']


def whole_run(place: Workplace, program: Program) -> Outcome:
    return place.run(program, STOPS_AT_THE_FIRST if program.gtest else [], program.seconds)


def first_failure(outcome: Outcome) -> str:
    if outcome.status is None:
        return 'hangs'
    match = re.search(r'\[  FAILED  \] ([^\s,]+)', outcome.output)
    return match.group(1) if match else outcome.output.strip().split('\n')[-1][:120]


def red_without_faults(place: Workplace, programs: list[Program]) -> list[str]:
    """Programs that kill every fault, since they fail without any."""
    place.build(programs)
    outcomes = {program.target: whole_run(place, program) for program in programs}
    return [f'{name} is red without a fault: {first_failure(outcome)}'
            for name, outcome in outcomes.items() if outcome.status != 0]


def try_mutant(place: Workplace, mutant: Mutant, text: str, programs: list[Program]) -> dict:
    """`text` is the file's without the fault. Programs are built one by one: the first often suffices."""
    began = time.monotonic()
    with place.fault(mutant.file, mutant.apply(text)):
        result = judged(place, programs)
    return result | {'seconds': round(time.monotonic() - began, 1)}


def judged(place: Workplace, programs: list[Program]) -> dict:
    for program in programs:
        try:
            place.build([program])
        except BuildFailed as error:
            return {'status': 'discarded', 'by': [str(error)[:150]]}
        outcome = whole_run(place, program)
        if outcome.status != 0:
            return {'status': 'killed', 'by': [program.target, first_failure(outcome)]}
    return {'status': 'survived', 'by': []}
