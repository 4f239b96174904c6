"""The faults of "What turns red": each switches one rule off, and names the tests that must turn red then."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .snapshot import Snapshot

ROWS = 'tests/red/'


class Stale(Exception):
    """A row is not about the code as it is any more."""


@dataclass(frozen=True)
class Row:
    id: str
    rule: str  # in words, that of the documents
    fault: str  # how it is switched off, in words
    file: str
    before: str  # its text, which is there once
    after: str
    red: dict[str, list[str]]  # by test program: tests that must all turn red, or patterns of them

    def apply(self, snapshot: Snapshot) -> str:
        """The file's text with the fault in it."""
        if self.file not in snapshot.files:
            raise Stale(f'{self.file} is not there')
        text = snapshot.text(self.file)
        if text.count(self.before) != 1:
            raise Stale(f"{self.file} has the text 'before' {text.count(self.before)} times, not once")
        return text.replace(self.before, self.after)

    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def load_rows(tree: Path, programs: set[str]) -> list[Row]:
    """All rows, in the order of their files. Raises ValueError for what is no row."""
    rows: dict[str, Row] = {}
    for file in sorted((tree / ROWS).glob('*.toml')):
        for id, entry in tomllib.loads(file.read_text()).items():
            try:
                row = Row(id=id, **entry)
            except TypeError as error:
                raise ValueError(f'{file.name}: [{id}]: {error}') from None
            if id in rows:
                raise ValueError(f'{file.name}: [{id}] is there twice')
            if unknown := row.red.keys() - programs:
                raise ValueError(f"{file.name}: [{id}]: no test program is called {', '.join(unknown)}")
            if not row.red or not all(row.red.values()):
                raise ValueError(f'{file.name}: [{id}] names no test')
            rows[id] = row
    return list(rows.values())


def overview(rows: list[Row]) -> str:
    """A table of all rows for docs/testing.md."""
    lines = ['| rule | switched off | turns red |', '|---|---|---|']
    for row in rows:
        names = dict.fromkeys(short(name) for names in row.red.values() for name in names)
        tests = ', '.join(f'`{name}`' for name in names)
        lines.append(f'| {row.rule} | {row.fault} | {tests} |')
    return '\n'.join(lines) + '\n'


def short(name: str) -> str:
    """A scripted session's test is known by the session's name."""
    return name.rpartition('/')[2] if '/Scripted.' in name else name
