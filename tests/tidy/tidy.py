#!/usr/bin/env python3
"""Checks the rules of the house that no compiler knows. Exit status 1 if one is broken.

usage: tidy.py [path of a file or folder to report on]...
"""

import collections
import pathlib
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import rules  # noqa: E402
import snippets  # noqa: E402
from source import Source  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read_sources():
    paths = [
        path
        for folder in ("src", "tests", "bench")
        for pattern in ("*.h", "*.cpp")
        for path in (ROOT / folder).rglob(pattern)
    ]
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(paths)
    ]


def main(arguments):
    broken = list(snippets.failures())
    if broken:
        print("\n".join(f"tidy itself: {sentence}" for sentence in broken))
        return 1

    wanted = tuple(argument.removeprefix("./").rstrip("/") for argument in arguments)
    sources = read_sources()
    violations = sorted(
        (v for v in rules.check(sources) if not wanted or v.path.startswith(wanted)),
        key=lambda violation: (violation.path, violation.line, violation.rule),
    )
    for violation in violations:
        print(violation)
    counts = collections.Counter(violation.rule for violation in violations)
    parts = ", ".join(f"{count} {rule}" for rule, count in sorted(counts.items()))
    print(f"{len(sources)} files: " + (parts or "no violations"))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
