"""Which faults are tried: the same seed and tree give the same ones."""

import dataclasses
import random
from collections import defaultdict
from dataclasses import dataclass

from .operators import Mutant
from .rooms import Room, all_mutants, room_of
from .snapshot import Snapshot


@dataclass(frozen=True)
class Plan:
    seed: int
    count: int
    edges: int  # of these, in rooms at the edges
    changed: tuple[str, ...] = ()  # two thirds are drawn from these files, if there are any
    rooms: tuple[str, ...] = ()  # only from these, if there are any


def draw(found: list[Mutant], count: int, generator: random.Random) -> list[Mutant]:
    """Each room gets its share by its lines; within it operators take turns, so that constants do not crowd out
    the rest, and no line is drawn twice."""
    rooms: dict[str, dict[str, list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    lines: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for mutant in found:
        name = room_of(mutant.file) or ''
        rooms[name][mutant.operator].append(mutant)
        lines[name].add((mutant.file, mutant.line))
    shares = divided(count, {name: len(found) for name, found in lines.items()})
    chosen: list[Mutant] = []
    for name, by_operator in sorted(rooms.items()):
        for mutants in by_operator.values():
            generator.shuffle(mutants)
        turns = sorted(by_operator)
        generator.shuffle(turns)
        chosen += take_turns(by_operator, turns, shares[name])
    generator.shuffle(chosen)
    return chosen


def divided(count: int, sizes: dict[str, int]) -> dict[str, int]:
    """A share for each by its size; what rounding leaves goes to those it took most from."""
    total = sum(sizes.values())
    shares = {name: count * size // total for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(count * sizes[name] % total), name))
    for name in by_remainder[:count - sum(shares.values())]:
        shares[name] += 1
    return shares


def take_turns(by_operator: dict[str, list[Mutant]], turns: list[str], share: int) -> list[Mutant]:
    picked: list[Mutant] = []
    used: set[tuple[str, int]] = set()
    while len(picked) < share and any(by_operator.values()):
        for operator in turns:
            while by_operator[operator] and len(picked) < share:
                mutant = by_operator[operator].pop()
                if (mutant.file, mutant.line) not in used:
                    used.add((mutant.file, mutant.line))
                    picked.append(mutant)
                    break
    return picked


def drawn(plan: Plan, snapshot: Snapshot, rooms: dict[str, Room]) -> list[Mutant]:
    generator = random.Random(plan.seed)
    if plan.rooms:
        rooms = {name: room if name in plan.rooms else dataclasses.replace(room, share='none')
                 for name, room in rooms.items()}
    core, edges = all_mutants(snapshot, rooms, 'core'), all_mutants(snapshot, rooms, 'edges')
    first: list[Mutant] = []
    if plan.changed:
        touched = [mutant for mutant in core + edges if mutant.file in plan.changed]
        first = draw(touched, round(plan.count * 2 / 3), generator) if touched else []
        core = [mutant for mutant in core if mutant.file not in plan.changed]
        edges = [mutant for mutant in edges if mutant.file not in plan.changed]
    rest = plan.count - len(first)
    at_edges = round(plan.edges * rest / plan.count)
    chosen = first + draw(core, rest - at_edges, generator) + draw(edges, at_edges, generator)
    generator.shuffle(chosen)
    return chosen
