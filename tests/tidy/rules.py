"""The rules, each a function from a source (or all of them) to violations."""

import re
import statistics
from dataclasses import dataclass

import levels

FILE_LINES_MAX = 500
LINE_COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70
MEDIAN_LINES_MAX = 200


@dataclass(frozen=True)
class Violation:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def _at(source, line, rule, message):
    return Violation(source.path, line, rule, message)


def sizes(source):
    if len(source.lines) > FILE_LINES_MAX:
        yield _at(source, len(source.lines), "file-length", f"more than {FILE_LINES_MAX} lines")
    for number, line in enumerate(source.lines, 1):
        if len(line) > LINE_COLUMNS_MAX:
            yield _at(source, number, "line-length", f"{len(line)} columns")


def unfinished(source):
    for number, line in enumerate(source.lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield _at(source, number, "unfinished", "open ends belong elsewhere")


def pragma_once(source):
    if source.is_header and "#pragma once" not in source.lines:
        yield _at(source, 1, "pragma-once", "a header begins with #pragma once")


# --- functions ---

_TYPE_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_NOT_A_BODY = re.compile(r"(=|\breturn|\bk[A-Z]\w*)\s*$")


def function_length(source):
    """Bodies are the braces directly in a namespace or class that are not initialisers."""
    text = re.sub(r"(?m)^\s*#.*(\\\n.*)*$", lambda m: re.sub(r"[^\n]", " ", m[0]), source.code_text)
    scopes = []  # (kind, line of the brace)
    before = 0
    parens = 0  # braces inside parentheses (default arguments, for, calls) are not looked at
    for match in re.finditer(r"[{};()]", text):
        token = match.group()
        if token == "(":
            parens += 1
            continue
        if token == ")":
            parens = max(0, parens - 1)
            continue
        if parens and token != ";" and not any(kind == "body" for kind, _ in scopes):
            scopes.append(("inner", 0)) if token == "{" else scopes and scopes.pop()
            continue
        if token == "{":
            head = text[before : match.start()]
            inside_body = any(kind in ("body", "value") for kind, _ in scopes)
            is_type = _TYPE_SCOPE.search(head) and not re.search(r"\)[^()]*$", head)
            if inside_body:
                kind = "inner"
            elif is_type:
                kind = "type"
            else:
                kind = "value" if _NOT_A_BODY.search(head) else "body"
            scopes.append((kind, source.line_at(match.start())))
        elif token == "}" and scopes:
            kind, first = scopes.pop()
            last = source.line_at(match.start())
            if kind == "body" and last - first + 1 > FUNCTION_LINES_MAX:
                message = f"{last - first + 1} lines, at most {FUNCTION_LINES_MAX}"
                yield _at(source, first, "function-length", message)
        before = match.end()


# --- includes ---


def includes_downward(source):
    if not source.in_src:
        return
    allowed = levels.MAY_INCLUDE.get(source.folder)
    if allowed is None:
        yield _at(source, 1, "include-level", f"src/{source.folder} has no level in levels.py")
        return
    for include in source.includes:
        if not include.quoted:
            continue
        folder, _, name = include.target.rpartition("/")
        if not name or not folder:
            yield _at(source, include.line, "include-form", 'write "folder/file.h"')
        elif folder != source.folder and folder not in allowed:
            message = f"{source.folder} must not see {folder}"
            yield _at(source, include.line, "include-level", message)


def entropy_at_the_edge(source):
    allowed = source.folder in ("daemon", "cli", "main") or source.path == "src/crypto/entropy.cpp"
    if not source.in_src or allowed:
        return
    for include in source.includes:
        if include.target == "crypto/entropy.h":
            yield _at(source, include.line, "entropy", "only daemon and cli draw randomness")


def foreign_headers(source):
    if not source.in_src:
        return
    for include in source.includes:
        if include.quoted:
            continue
        first = include.target.split("/")[0]
        known = levels.FOREIGN.get(first)
        if known is not None:
            if source.folder not in known:
                where = ", ".join(sorted(known))
                yield _at(source, include.line, "foreign-header", f"<{first}> belongs to {where}")
        elif "." in include.target or "/" in include.target:
            # Not of the C++ library: the operating system's, or a library nobody has placed yet.
            if source.folder in levels.PURE:
                message = f"<{include.target}> is not for a pure folder"
                yield _at(source, include.line, "foreign-header", message)


def include_cycles(sources):
    graph = {}
    for source in sources:
        if source.in_src:
            graph[source.path] = [
                ("src/" + include.target, include.line)
                for include in source.includes
                if include.quoted
            ]
    by_path = {source.path: source for source in sources}
    done = set()
    for start in sorted(graph):
        if start in done:
            continue
        path = [start]
        waiting = [iter(graph[start])]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                done.add(path.pop())
                waiting.pop()
                continue
            target, line = step
            if target in path:
                circle = " -> ".join(path[path.index(target) :] + [target])
                yield _at(by_path[path[-1]], line, "include-cycle", circle)
            elif target in graph and target not in done:
                path.append(target)
                waiting.append(iter(graph[target]))


# --- names brought in ---

_BROUGHT_IN = re.compile(r"\busing\s+(?:[\w:]+::)(\w+)\s*;|\bnamespace\s+(\w+)\s*=\s*[\w:]+\s*;")


def unused_names(source):
    """clang-tidy looks for these in the main file only, and is shown a dozen files in one."""
    if source.is_header:
        return
    for match in _BROUGHT_IN.finditer(source.code_text):
        name = match[1] or match[2]
        if len(re.findall(rf"\b{name}\b", source.code_text)) < 2:
            line = source.line_at(match.start())
            yield _at(source, line, "unused-name", f"{name} is brought in and not used")


# --- purity ---

_IMPURE_CODE = [
    ("clock", re.compile(r"\b(system|steady|high_resolution|utc|tai|gps|file)_clock\b")),
    ("clock", re.compile(r"\btime\s*\(\s*(nullptr|NULL|0|&\s*\w+)\s*\)|\bstd::(time|clock)\s*\(")),
    ("clock", re.compile(r"\b(gettimeofday|clock_gettime|localtime|gmtime|localtime_r|gmtime_r)\b")),
    ("clock", re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|this_thread)\b")),
    ("randomness", re.compile(r"\b(random_device|mt19937\w*|default_random_engine|minstd_rand0?)\b")),
    ("randomness", re.compile(r"\bstd::\w+_distribution\b|\b(arc4random|getrandom)\b")),
    ("randomness", re.compile(r"(?<![\w.>])s?rand\s*\(")),
    (
        "thread",
        re.compile(
            r"\bstd::(jthread|thread|\w*mutex|atomic\w*|condition_variable\w*|async|\w*future|"
            r"promise|lock_guard|unique_lock|scoped_lock|shared_lock|call_once|once_flag|barrier|"
            r"latch|\w*_semaphore|stop_token)\b|\bthread_local\b|\bpthread_\w+"
        ),
    ),
    ("file", re.compile(r"\bstd::([io]?fstream|filesystem|cin|FILE)\b|\bFILE\b|\b(f|fre|p)open\s*\(")),
    ("environment", re.compile(r"\b(getenv|secure_getenv|setenv|putenv)\b|\benviron\b")),
]


def purity(source):
    if source.folder not in levels.PURE or source.path == "src/base/check.cpp":
        return
    for include in source.includes:
        kind = None if include.quoted else levels.IMPURE_STANDARD.get(include.target)
        if kind:
            yield _at(source, include.line, kind, f"<{include.target}> in a pure folder")
    for number, line in enumerate(source.code, 1):
        for kind, pattern in _IMPURE_CODE:
            match = pattern.search(line)
            if match and not (match[0] == "thread_local" and source.path in levels.PER_THREAD):
                yield _at(source, number, kind, f"{match[0].strip()} in a pure folder")


_PRINT = re.compile(
    r"\bstd::(cout|cerr|clog)\b|\bfmt::print\b|(?<![\w.>])(std::)?(v?f?printf|f?puts|f?putc|putchar)\s*\("
)


def printing(source):
    if not source.in_src or source.folder in ("cli", "main"):
        return
    if source.path == "src/base/check.cpp":
        return
    for number, line in enumerate(source.code, 1):
        if _PRINT.search(line):
            yield _at(source, number, "printing", "log lines are values; only the edge writes them")


_FLOATING = re.compile(
    r"\b(double|float)\b|\bstd::(stod|stof|stold|strtod|strtof)\b|(?<![\w.'])\d[\d']*\.\d*(?![\w.])"
)


def floating_point(source):
    exact = source.folder in ("exchange", "feed", "p2p", "api", "node")
    if not exact and not source.path.startswith("src/base/decimal"):
        return
    for number, line in enumerate(source.code, 1):
        match = _FLOATING.search(line)
        if match:
            yield _at(source, number, "floating-point", f"{match[0]}: money and decisions are exact")


# --- unordered containers ---

_UNORDERED = re.compile(r"\bunordered_(?:multi)?(?:map|set)\s*<")
_ALIAS = re.compile(r"\busing\s+(\w+)\s*=\s*$")


def _after_template(text, position):
    """Behind the '>' that closes the '<' before `position`."""
    depth = 1
    while position < len(text) and depth:
        depth += {"<": 1, ">": -1}.get(text[position], 0)
        position += 1
    return position


def unordered_names(text):
    """Names of variables and members whose type is an unordered container, or an alias of one."""
    names, aliases = set(), set()
    for match in _UNORDERED.finditer(text):
        alias = _ALIAS.search(text[: match.start()].replace("std::", ""))
        if alias:
            aliases.add(alias[1])
            continue
        name = re.match(r"\s*[&*]?\s*(\w+)", text[_after_template(text, match.end()) :])
        if name:
            names.add(name[1])
    for alias in aliases:
        names.update(re.findall(rf"\b{alias}\s*[&*]?\s+(\w+)\s*[;={{,)]", text))
    return names


def unordered_iteration(source, by_path):
    if source.folder not in levels.PURE:
        return
    names = unordered_names(source.code_text)
    for include in source.includes:
        header = by_path.get("src/" + include.target) if include.quoted else None
        if header is None:
            continue
        own = header.path[:-2] == source.path.rsplit(".", 1)[0]
        found = unordered_names(header.code_text)
        names |= {name for name in found if own or not name.endswith("_")}
    if not names:
        return
    any_name = "|".join(sorted(map(re.escape, names)))
    ranged = re.compile(rf"\bfor\s*\([^;(){{}}]*?[^:]:\s*(?:[\w.:*]|->)*?\b({any_name})\s*\)")
    iterated = re.compile(rf"\b({any_name})\s*\.\s*c?begin\s*\(")
    for pattern in (ranged, iterated):
        for match in pattern.finditer(source.code_text):
            line = source.line_at(match.start())
            message = f"the order of {match[1]} differs from run to run"
            yield _at(source, line, "unordered-iteration", message)


# --- coroutines ---

_AWAITED_LAMBDA = re.compile(r"\bco_await\b[^;{}]*?[(,\s]\[(?:[=&]|this\b|\*this\b|\w)[^\]]*\]\s*[({]")


def awaited_lambda(source):
    """g++ 12 destroys a capturing lambda twice when its full expression contains co_await."""
    for match in _AWAITED_LAMBDA.finditer(source.code_text):
        line = source.line_at(match.start())
        yield _at(source, line, "awaited-lambda", "name a lambda with captures before co_await")


def median_length(sources):
    lengths = [len(source.lines) for source in sources if source.in_src]
    if lengths and statistics.median(lengths) > MEDIAN_LINES_MAX:
        message = f"median {statistics.median(lengths):.0f} lines, at most {MEDIAN_LINES_MAX}"
        yield Violation("src", 1, "median-length", message)


PER_SOURCE = [
    sizes,
    unfinished,
    pragma_once,
    function_length,
    includes_downward,
    entropy_at_the_edge,
    foreign_headers,
    unused_names,
    purity,
    printing,
    floating_point,
    awaited_lambda,
]
PER_TREE = [include_cycles, median_length]


def check(sources):
    by_path = {source.path: source for source in sources}
    for source in sources:
        for rule in PER_SOURCE:
            yield from rule(source)
        yield from unordered_iteration(source, by_path)
    for rule in PER_TREE:
        yield from rule(sources)
