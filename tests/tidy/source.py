"""A C++ file as the rules see it: its lines, and the same lines without comments and literals."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
      (?P<line_comment>//[^\n]*)
    | (?P<block_comment>/\*.*?(?:\*/|\Z))
    | (?P<raw>R"(?P<mark>[^()\\\s]{0,16})\(.*?(?:\)(?P=mark)"|\Z))
    | (?P<string>"(?:\\.|[^"\\\n])*"?)
    | (?P<number>\b\d[\w.']*)
    | (?P<char>'(?:\\.|[^'\\\n])+')
    """,
    re.VERBOSE | re.DOTALL,
)
_INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def _without_comments_and_literals(text):
    def replace(match):
        if match.lastgroup == "number" or match.group("number"):
            return match.group()  # matched so that the quotes in 1'000'000 begin no literal
        if match.group("string") or match.group("raw"):
            quoted = match.group()
            return '"' + _blank(quoted[1:-1]) + '"' if len(quoted) > 1 else " "
        return _blank(match.group())

    return _TOKEN.sub(replace, text)


@dataclass
class Include:
    line: int
    quoted: bool  # "folder/file.h" rather than <header>
    target: str


@dataclass
class Source:
    path: str  # from the root of the repository, with '/'
    text: str
    lines: list = field(init=False)
    code: list = field(init=False)
    includes: list = field(init=False)

    def __post_init__(self):
        self.lines = self.text.split("\n")
        if self.lines and not self.lines[-1]:
            self.lines.pop()
        self.code_text = _without_comments_and_literals(self.text)
        self.code = self.code_text.split("\n")
        self.includes = []
        for number, line in enumerate(self.lines, 1):
            match = _INCLUDE.match(line)
            if match:
                self.includes.append(Include(number, match[1] == '"', match[2]))

    @property
    def in_src(self):
        return self.path.startswith("src/")

    @property
    def folder(self):
        """The folder below src: 'exchange'; 'main' for src/main.cpp; '' outside of src."""
        parts = self.path.split("/")
        if parts[0] != "src":
            return ""
        return parts[1] if len(parts) > 2 else "main"

    @property
    def is_header(self):
        return self.path.endswith(".h")

    def line_at(self, offset):
        return self.code_text.count("\n", 0, offset) + 1
