"""Which room a file belongs to, and which test programs are shown the faults of each (rooms.toml)."""

import fnmatch
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .operators import Mutant, mutants_of
from .snapshot import Snapshot

IN_A_ROOM = re.compile(r'^(?:src|include/pinhole)/([^/]+)/.*\.[ch]pp$')


class UnknownRoom(Exception):
    """rooms.toml does not follow the tree."""


@dataclass(frozen=True)
class Room:
    name: str
    share: str  # core, edges or none
    programs: tuple[str, ...]
    without: tuple[str, ...]


def room_of(path: str) -> str | None:
    match = IN_A_ROOM.match(path)
    return match.group(1) if match else None


def load_rooms(snapshot: Snapshot, programs: list[str]) -> dict[str, Room]:
    table = tomllib.loads((Path(__file__).parent / 'rooms.toml').read_text())
    rooms = {}
    for name, entry in table.items():
        shown = [program for pattern in entry['programs'] for program in programs if fnmatch.fnmatch(program, pattern)]
        rooms[name] = Room(name, entry['share'], tuple(shown), tuple(entry.get('without', ())))
    sources = [path for path in snapshot.files if re.match(r'^(src|include)/.*\.[ch]pp$', path)]
    if outside := sorted(path for path in sources if room_of(path) not in rooms):
        raise UnknownRoom(f"{outside[0]} is in no room that rooms.toml knows ({len(outside)} files)")
    if left_over := sorted(rooms.keys() - {room_of(path) for path in sources}):
        raise UnknownRoom(f"rooms.toml has {', '.join(left_over)}, which the tree has not")
    if gone := [path for room in rooms.values() for path in room.without if path not in snapshot.files]:
        raise UnknownRoom(f"rooms.toml leaves out {', '.join(gone)}, which the tree has not")
    return rooms


def all_mutants(snapshot: Snapshot, rooms: dict[str, Room], share: str | None = None) -> list[Mutant]:
    """Those of the rooms with that share, or of all."""
    found = []
    for path in sorted(snapshot.files):
        name = room_of(path)
        if name is None or path in rooms[name].without or share not in (None, rooms[name].share):
            continue
        found += mutants_of(path, snapshot.text(path))
    return found
