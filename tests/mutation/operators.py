"""The small faults that can be put into a line of C++: what a tired hand or a wrong thought would write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int  # from 1
    operator: str
    before: str  # the whole line
    after: str

    def apply(self, text: str) -> str:
        """The file's text with the fault in it. Raises ValueError if this line is another one by now."""
        lines = text.split('\n')
        if len(lines) < self.line or lines[self.line - 1] != self.before:
            raise ValueError(f'{self.file}:{self.line} reads otherwise')
        lines[self.line - 1] = self.after
        return '\n'.join(lines)


SWAPPED = {' < ': ' <= ', ' <= ': ' < ', ' > ': ' >= ', ' >= ': ' > ', ' == ': ' != ', ' != ': ' == '}
LEFT_ALONE = re.compile(
    r'^\s*(#|template|static_assert|using |namespace |friend |public:|private:|default:)|operator')
NUMBER = re.compile(r"(?<![\w.'])(0x[0-9a-fA-F]+|\d+)(u|U)?(?![\w.'<])")
CALL = re.compile(r'^\s*[\w.:>\-\[\]()]+\([^;{}]*\);$')
ASSIGNMENT = re.compile(r'^\s*[*\w.\->\[\]()]+ [-+|&]?= [^{}]*;$')
STATEMENT = re.compile(r'^\s*(return|if|for|while|throw)\b')
DECLARES = re.compile(r'(const )?(auto|\w+::\w+)[&*]* \*?\w+ = ')


def blank(text: str) -> str:
    """Comments, strings and characters become blanks, positions kept."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith('//', at):
            end = text.find('\n', at)
            end = len(text) if end < 0 else end
        elif text.startswith('/*', at):
            end = text.find('*/', at) + 2
        elif text[at] == '"' or (text[at] == "'" and not (at and text[at - 1].isalnum())):
            end = at + 1
            while text[end] != text[at]:
                end += 2 if text[end] == '\\' else 1
            end += 1
        else:
            out.append(text[at])
            at += 1
            continue
        out += [c if c == '\n' else ' ' for c in text[at:end]]
        at = end
    return ''.join(out)


def condition_in(code: str, opening: int) -> tuple[int, int] | None:
    """The span inside the parenthesis at `opening`, if it closes on this line."""
    depth = 0
    for at in range(opening, len(code)):
        depth += {'(': 1, ')': -1}.get(code[at], 0)
        if depth == 0:
            return opening + 1, at
    return None


def conditions(line: str, code: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r'\b(?:if|while) (\()', code):
        span = condition_in(code, match.start(1))
        if span is None:
            continue
        begin, end = span
        first = code.rfind(';', begin, end) + 1  # if (const auto x = ...; condition)
        begin = first or begin
        inner = line[begin:end].strip()
        if not DECLARES.match(inner):
            yield 'negated', f"{line[:begin]}{' ' if first else ''}!({inner}){line[end:]}"


def expressions(line: str, code: str) -> Iterator[tuple[str, str]]:
    def with_part(begin: int, end: int, new: str) -> str:
        return line[:begin] + new + line[end:]

    for old, new in SWAPPED.items():
        for match in re.finditer(re.escape(old), code):
            yield 'relational', with_part(*match.span(), new)
    for match in re.finditer(r' (&&|\|\|) ', code):
        yield 'logical', with_part(*match.span(1), '||' if match.group(1) == '&&' else '&&')
    for match in re.finditer(r' ([+-])(=?) ', code):
        yield 'arithmetic', with_part(*match.span(1), '-' if match.group(1) == '+' else '+')
    for match in re.finditer(r'(\+\+|--)\w', code):
        yield 'arithmetic', with_part(*match.span(1), '--' if match.group(1) == '++' else '++')
    for match in re.finditer(r'\b(true|false)\b', code):
        yield 'boolean', with_part(*match.span(), 'false' if match.group() == 'true' else 'true')
    if re.match(r'\s*case\b', code) or re.search(r'\)\s*(const)?\s*= 0;', code):  # or a pure virtual function
        return
    for match in NUMBER.finditer(code):
        value = int(match.group(1), 0)
        for other in (value + 1, value - 1):
            if other >= 0:
                yield 'constant', with_part(*match.span(1), str(other))


def statements(line: str, code: str, in_source: bool) -> Iterator[tuple[str, str]]:
    code = code.rstrip()
    is_call = CALL.match(code) and not STATEMENT.match(code) and '=' not in code.split('(')[0]
    if is_call and code.count('(') == code.count(')') and (in_source or line.startswith('    ')):
        yield 'removed call', re.sub(r'\S.*', ';', code, count=1)
    if ASSIGNMENT.match(code):
        yield 'removed assignment', re.sub(r'\S.*', ';', code, count=1)
    if match := re.match(r'^(\s*)((?:\+\+|--)[\w.\->\[\]]+;)$', code):
        yield 'removed assignment', match.group(1) + ';'
    match = re.search(r'\b((continue|break|return)\b[^;{}]*;)$', code)
    if match and re.match(r'^\s*(\} )?(else )?if \(', code):
        yield 'removed exit', line[:match.start(1)] + ';' + line[match.end(1):]
    if match := re.match(r'^(\s*)(continue|return);$', code):
        yield 'removed exit', match.group(1) + ';'


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    """Every fault for every line; two that write the same are one."""
    for number, (line, code) in enumerate(zip(text.split('\n'), blank(text).split('\n')), 1):
        if not code.strip() or LEFT_ALONE.search(code):
            continue
        seen = {line}
        for operator, after in [*expressions(line, code), *conditions(line, code),
                                *statements(line, code, path.endswith('.cpp'))]:
            if after not in seen:
                seen.add(after)
                yield Mutant(path, number, operator, line, after)
