"""A copy of the tree, built for itself, into which one fault at a time is put."""

import contextlib
import fcntl
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from .programs import Outcome, Program, run
from .snapshot import Snapshot

BUILD_SECONDS = 2 * 3600  # on a machine that is busy with other things


class BuildFailed(Exception):
    """A target does not build; the message is the compiler's first error."""


class Workplace:
    """The first of build/copies/1, 2, ... that nobody else works in. Warnings are off there, so that no fault is
    lost to one; the standard library checks its callers, as it does where scripts/test has sanitizers."""

    def __init__(self, tree: Path, jobs: int):
        self.tree, self.jobs = tree, jobs
        self.root, self._lock = self._first_free(tree / 'build' / 'copies')
        self.build_root = self.root / 'build' / 'release'
        self.environment = os.environ | {
            'PINHOLE_SERVERS': os.environ.get('PINHOLE_SERVERS', str(tree / 'build' / 'servers')),
            'CCACHE_BASEDIR': str(self.root),
            'CCACHE_NOHASHDIR': '1',
            'CCACHE_SLOPPINESS': 'pch_defines,time_macros,include_file_mtime,include_file_ctime',
        }

    @staticmethod
    def _first_free(copies: Path) -> tuple[Path, object]:
        copies.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            lock = (copies / f'{number}.lock').open('w')
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return copies / str(number), lock
            lock.close()
        raise AssertionError('there is no end of numbers')

    def set_up(self, snapshot: Snapshot) -> None:
        """Lays the files out, which also mends what an interrupted run has left, and configures."""
        snapshot.lay_out(self.root)
        launcher = ['-DCMAKE_CXX_COMPILER_LAUNCHER=ccache'] if shutil.which('ccache') else []
        outcome = run(['cmake', '--preset', 'release', '-DPINHOLE_TESTS=ON', '-DPINHOLE_ASSERTIONS=ON',
                       '-DCMAKE_CXX_FLAGS=-w -fpch-preprocess', *launcher], self.root, BUILD_SECONDS, self.environment)
        if outcome.status != 0:
            raise BuildFailed('cmake: ' + outcome.output[-600:])

    def build(self, programs: list[Program]) -> None:
        command = ['ninja', f'-j{self.jobs}', *(program.target for program in programs)]
        outcome = run(command, self.build_root, BUILD_SECONDS, self.environment)
        if outcome.status == 0:
            return
        error = re.search(r'error: .*', outcome.output)
        raise BuildFailed(error.group() if error else outcome.output[-600:])

    def run(self, program: Program, arguments: list[str], seconds: float) -> Outcome:
        command = [str(self.build_root / program.path), *program.arguments_in(self.root), *arguments]
        return run(command, self.build_root, seconds, self.environment)

    @contextlib.contextmanager
    def fault(self, path: str, text: str) -> Iterator[None]:
        """While it lasts, the file reads `text`."""
        file = self.root / path
        original = file.read_bytes()
        try:
            file.write_text(text)
            yield
        finally:
            file.write_bytes(original)
