"""One round of scripts/mutate: the tree that it is about, the faults that were drawn, and what became of each.

It lies in build/mutation/NAME and outlives whoever runs it: what is tried is appended at once, and the tree is
kept as it was, so that a round which was stopped goes on with the same faults in the same code.
"""

import dataclasses
import json
from pathlib import Path

from .drawing import Plan
from .operators import Mutant
from .snapshot import Snapshot


class AnotherRound(Exception):
    """The round of this name is about other faults."""


class Round:
    def __init__(self, folder: Path):
        self.folder = folder
        self._plan, self._tree = folder / 'plan.json', folder / 'tree.tar'
        self._drawn, self._results = folder / 'drawn.jsonl', folder / 'results.jsonl'

    def exists(self) -> bool:
        return self._tree.exists()

    def forget(self) -> None:
        for file in (self._results, self._plan, self._drawn, self._tree):
            file.unlink(missing_ok=True)

    def begin(self, plan: Plan, snapshot: Snapshot, mutants: list[Mutant]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._plan.write_text(json.dumps(dataclasses.asdict(plan)) + '\n')
        self._drawn.write_text(''.join(json.dumps(dataclasses.asdict(mutant)) + '\n' for mutant in mutants))
        snapshot.save(self._tree)

    def plan(self) -> Plan:
        entry = json.loads(self._plan.read_text())
        return Plan(**entry | {'changed': tuple(entry['changed']), 'rooms': tuple(entry['rooms'])})

    def check(self, plan: Plan) -> None:
        """Of a round that goes on: the files that changed are those of its beginning."""
        mine = self.plan()
        if (mine.seed, mine.count, mine.edges, mine.rooms, bool(mine.changed)) != (
                plan.seed, plan.count, plan.edges, plan.rooms, bool(plan.changed)):
            raise AnotherRound(f'{self.folder.name} was begun with seed {mine.seed}, {mine.count} faults, '
                               f'{mine.edges} of them at the edges: take another --name, or --afresh')

    def snapshot(self) -> Snapshot:
        return Snapshot.load(self._tree)

    def drawn(self) -> list[Mutant]:
        return [Mutant(**json.loads(line)) for line in self._drawn.read_text().splitlines()]

    def add(self, mutant: Mutant, result: dict) -> None:
        with self._results.open('a') as results:
            results.write(json.dumps(dataclasses.asdict(mutant) | result) + '\n')

    def results(self) -> dict[Mutant, dict]:
        """By the fault; one that was tried again counts as it was the last time."""
        found: dict[Mutant, dict] = {}
        names = [field.name for field in dataclasses.fields(Mutant)]
        for line in self._results.read_text().splitlines() if self._results.exists() else []:
            entry = json.loads(line)
            mutant = Mutant(*(entry.pop(name) for name in names))
            found[mutant] = entry
        return found


def described(results: dict[Mutant, dict]) -> str:
    """The score of a round and its survivors."""
    by_status: dict[str, list[Mutant]] = {'killed': [], 'survived': [], 'discarded': []}
    for mutant, result in results.items():
        by_status[result['status']].append(mutant)
    killed, survived = len(by_status['killed']), len(by_status['survived'])
    later = sum(1 for mutant in by_status['killed'] if results[mutant].get('again'))
    killers: dict[str, int] = {}
    for mutant in by_status['killed']:
        killers[results[mutant]['by'][0]] = killers.get(results[mutant]['by'][0], 0) + 1
    lines = []
    for mutant in sorted(by_status['survived'], key=lambda mutant: (mutant.file, mutant.line)):
        lines += [f'{mutant.file}:{mutant.line} [{mutant.operator}]', f'  - {mutant.before.strip()}',
                  f'  + {mutant.after.strip()}']
    if killers:
        lines.append('turned red first in ' + ', '.join(f'{name} {count}' for name, count in
                                                        sorted(killers.items(), key=lambda item: -item[1])))
    share = f' ({100 * killed / (killed + survived):.0f} %)' if killed + survived else ''
    lines.append(f"{len(results)} tried: {killed} turned a test red{share}"
                 + (f', {later} of them only when tried again' if later else '')
                 + f", {survived} survived, {len(by_status['discarded'])} did not compile")
    return '\n'.join(lines)
