"""What the programs that put faults into the code promise about themselves: python3 tests/mutation/self_test.py"""

import sys
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(TREE / 'tests'))

from mutation.drawing import Plan, drawn  # noqa: E402
from mutation.operators import Mutant, blank, mutants_of  # noqa: E402
from mutation.programs import read_report  # noqa: E402
from mutation.rooms import Room, UnknownRoom, load_rooms  # noqa: E402
from mutation.rounds import Round, described  # noqa: E402
from mutation.rows import Row, Stale  # noqa: E402
from mutation.snapshot import Snapshot  # noqa: E402

LINE = 'if (a < b && c != 0) return false;'


def tree(**files: str) -> Snapshot:
    return Snapshot({name.replace('__', '/') + '.cpp': (0o644, text.encode()) for name, text in files.items()})


class Operators(unittest.TestCase):
    def test_a_line_has_each_fault_once(self):
        after = [mutant.after for mutant in mutants_of('x.cpp', LINE)]
        self.assertIn('if (a <= b && c != 0) return false;', after)
        self.assertIn('if (a < b || c != 0) return false;', after)
        self.assertIn('if (a < b && c == 0) return false;', after)
        self.assertIn('if (a < b && c != 1) return false;', after)
        self.assertIn('if (a < b && c != 0) return true;', after)
        self.assertIn('if (!(a < b && c != 0)) return false;', after)
        self.assertIn('if (a < b && c != 0) ;', after)
        self.assertEqual(len(after), len(set(after)))
        self.assertNotIn(LINE, after)

    def test_what_is_no_code_has_none(self):
        for text in ('// a < b', '/* a < b */', 'say("a < b && 1");', "auto c = '\"';", '#if 0 < 1',
                     'static_assert(a < b);', ''):
            self.assertEqual([m.after for m in mutants_of('x.cpp', text) if m.operator != 'removed call'], [], text)

    def test_blanks_keep_positions(self):
        text = 'a("x\\"y", \'"\', 1\'000) // z\n/* 1\n2 */b'
        self.assertEqual(len(blank(text)), len(text))
        self.assertEqual(blank(text).count('\n'), 2)
        self.assertTrue(blank(text).startswith('a('))
        self.assertTrue(blank(text).endswith('b'))

    def test_a_line_that_changed_is_not_touched(self):
        mutant = Mutant('x.cpp', 2, 'boolean', 'true;', 'false;')
        self.assertEqual(mutant.apply('a\ntrue;\nb'), 'a\nfalse;\nb')
        for text in ('a\n true;\nb', 'a'):
            with self.assertRaises(ValueError):
                mutant.apply(text)


class Drawing(unittest.TestCase):
    rooms = {'net': Room('net', 'core', (), ()), 'pcap': Room('pcap', 'edges', (), ()), 'app': Room('app', 'none', (), ())}
    snapshot = tree(src__net__a='\n'.join([LINE] * 40), src__net__b='\n'.join([LINE] * 40),
                    src__pcap__c='\n'.join([LINE] * 40), src__app__d=LINE)

    def test_the_same_seed_gives_the_same(self):
        plan = Plan(seed=1, count=20, edges=5)
        self.assertEqual(drawn(plan, self.snapshot, self.rooms), drawn(plan, self.snapshot, self.rooms))
        self.assertNotEqual(drawn(plan, self.snapshot, self.rooms),
                            drawn(Plan(seed=2, count=20, edges=5), self.snapshot, self.rooms))

    def test_shares_are_kept_and_no_line_is_drawn_twice(self):
        mutants = drawn(Plan(seed=1, count=20, edges=5), self.snapshot, self.rooms)
        self.assertEqual(len(mutants), 20)
        self.assertEqual(len({(m.file, m.line) for m in mutants}), 20)
        self.assertEqual(sum(m.file.startswith('src/pcap') for m in mutants), 5)

    def test_as_many_are_drawn_as_were_asked_for(self):
        for count in range(1, 40):
            self.assertEqual(len(drawn(Plan(1, count, count // 6), self.snapshot, self.rooms)), count)

    def test_two_thirds_are_from_changed_files(self):
        mutants = drawn(Plan(1, 30, 5, ('src/net/b.cpp',)), self.snapshot, self.rooms)
        self.assertEqual(sum(m.file == 'src/net/b.cpp' for m in mutants), 20)
        self.assertEqual(len(mutants), 30)

    def test_only_the_rooms_that_are_wanted(self):
        mutants = drawn(Plan(1, 12, 2, rooms=('net',)), self.snapshot, self.rooms)
        self.assertEqual({m.file[:7] for m in mutants}, {'src/net'})
        self.assertEqual(len(mutants), 10)  # those at the edges are not drawn instead


class Rooms(unittest.TestCase):
    @unittest.skipUnless((TREE / '.git').exists(), 'this is no checkout')
    def test_a_folder_that_is_not_known_is_an_error(self):
        files = Snapshot.of(TREE).files
        load_rooms(Snapshot(files), [])
        with self.assertRaisesRegex(UnknownRoom, 'attic'):
            load_rooms(Snapshot(files | {'src/attic/x.cpp': (0o644, b'')}), [])
        with self.assertRaisesRegex(UnknownRoom, 'in no room'):
            load_rooms(Snapshot(files | {'include/pinhole/x.hpp': (0o644, b'')}), [])
        with self.assertRaisesRegex(UnknownRoom, 'pcap'):
            load_rooms(Snapshot({path: file for path, file in files.items() if '/pcap/' not in path}), [])


class Rows(unittest.TestCase):
    def test_a_text_that_is_not_there_once_is_stale(self):
        row = Row('x', 'rule', 'fault', 'a.cpp', 'one', 'two', {'core_tests': ['A.b']})
        self.assertEqual(row.apply(tree(a='zero one')), 'zero two')
        for snapshot in (tree(a='zero'), tree(a='one one'), tree(b='one')):
            with self.assertRaises(Stale):
                row.apply(snapshot)

    def test_a_report_tells_red_from_green_and_skipped(self):
        ran = {'status': 'RUN', 'result': 'COMPLETED'}
        tests = [ran | {'name': 'a'}, ran | {'name': 'b/1', 'failures': [{}]}, ran | {'name': 'c', 'result': 'SKIPPED'},
                 {'name': 'd', 'status': 'NOTRUN', 'result': 'SUPPRESSED'}]
        self.assertEqual(read_report({'testsuites': [{'name': 'P/S', 'testsuite': tests}]}),
                         {'P/S.a': 'green', 'P/S.b/1': 'red', 'P/S.c': 'skipped'})


class Keeping(unittest.TestCase):
    def test_a_snapshot_is_laid_out_exactly_and_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            root, archive = Path(folder) / 'copy', Path(folder) / 'tree.tar'
            snapshot = Snapshot({'a/b': (0o755, b'1'), 'c': (0o644, b'2')})
            snapshot.lay_out(root)
            time = (root / 'c').stat().st_mtime_ns
            for path, text in (('a/b', 'fault'), ('left', 'over'), ('build/made', 'here')):
                (root / path).parent.mkdir(exist_ok=True)
                (root / path).write_text(text)
            snapshot.lay_out(root)
            self.assertEqual((root / 'a/b').read_text(), '1')
            self.assertEqual((root / 'a/b').stat().st_mode & 0o777, 0o755)
            self.assertEqual((root / 'c').stat().st_mtime_ns, time)
            self.assertFalse((root / 'left').exists())
            self.assertTrue((root / 'build/made').exists())
            snapshot.save(archive)
            self.assertEqual(Snapshot.load(archive).files, snapshot.files)

    def test_a_round_counts_the_last_trial_of_each_fault(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = Round(Path(folder) / 'round')
            mutants = [Mutant('a.cpp', line, 'boolean', 'x', 'y') for line in (1, 2, 3)]
            kept.begin(Plan(1, 3, 0), tree(a=LINE), mutants)
            self.assertEqual(kept.drawn(), mutants)
            self.assertEqual(kept.plan(), Plan(1, 3, 0))
            kept.add(mutants[0], {'status': 'killed', 'by': ['core_tests', 'A.b']})
            kept.add(mutants[1], {'status': 'survived', 'by': []})
            kept.add(mutants[2], {'status': 'survived', 'by': []})
            kept.add(mutants[1], {'status': 'killed', 'by': ['core_tests', 'A.c'], 'again': True})
            told = described(kept.results())
            self.assertIn('3 tried: 2 turned a test red (67 %), 1 of them only when tried again, 1 survived', told)
            self.assertIn('a.cpp:3', told)
            self.assertNotIn('a.cpp:2', told)


unittest.main()
