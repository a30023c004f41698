"""What the rules must catch, and what they must leave alone. Run before every check."""

import rules
from source import Source

_LONG_FUNCTION = "void f() {\n" + "  g();\n" * 69 + "}\n"
_LIMIT_FUNCTION = "void f() {\n" + "  g();\n" * 68 + "}\n"
_METHOD = "namespace a {\nclass B {\n int c(int d = 0) const {\n" + "g();\n" * 70 + "}\n};\n}\n"
_INITIALISED = "B::B(int c)\n    : c_{c}, d_(c) {\n" + "  g();\n" * 70 + "}\n"
_TABLE = "constexpr std::array kTable = {\n" + "  1,\n" * 100 + "};\n"

# (rule, path, text) or (rule, {path: text})
BAD = [
    ("file-length", "src/base/a.cpp", "int a;\n" * 501),
    ("line-length", "tests/base/a.cpp", "// " + "x" * 98),
    ("unfinished", "src/base/a.cpp", "// TO" + "DO: later"),
    ("unfinished", "tests/base/a.cpp", "int a;  // FIX" + "ME"),
    ("pragma-once", "src/base/a.h", "int a();"),
    ("function-length", "src/base/a.cpp", _LONG_FUNCTION),
    ("function-length", "src/base/a.cpp", _METHOD),
    ("function-length", "src/base/a.cpp", _INITIALISED),
    ("include-level", "src/base/a.cpp", '#include "json/reader.h"'),
    ("include-level", "src/feed/a.cpp", '#include "exchange/order.h"'),
    ("include-level", "src/exchange/a.cpp", '#include "node/node.h"'),
    ("include-level", "src/api/a.cpp", '#include "p2p/session.h"'),
    ("include-level", "src/net/a.cpp", '#include "node/node.h"'),
    ("include-level", "src/store/a.cpp", '#include "net/reactor.h"'),
    ("include-level", "src/cli/a.cpp", '#include "daemon/config.h"'),
    ("include-level", "src/misplaced/a.cpp", "int a;"),
    ("include-form", "src/base/a.cpp", '#include "check.h"'),
    ("include-cycle", {"src/base/a.h": '#pragma once\n#include "base/b.h"',
                       "src/base/b.h": '#pragma once\n#include "base/a.h"'}),
    ("include-cycle", {"src/base/a.h": '#pragma once\n#include "base/a.h"'}),
    ("entropy", "src/node/a.cpp", '#include "crypto/entropy.h"'),
    ("entropy", "src/net/a.cpp", '#include "crypto/entropy.h"'),
    ("foreign-header", "src/api/a.cpp", "#include <rapidjson/reader.h>"),
    ("foreign-header", "src/feed/a.cpp", "#include <sodium.h>"),
    ("foreign-header", "src/node/a.cpp", "#include <sqlite3.h>"),
    ("foreign-header", "src/p2p/a.cpp", "#include <asio.hpp>"),
    ("foreign-header", "src/store/a.cpp", "#include <asio/ip/tcp.hpp>"),
    ("foreign-header", "src/net/a.cpp", "#include <spdlog/spdlog.h>"),
    ("foreign-header", "src/daemon/a.cpp", "#include <CLI/CLI.hpp>"),
    ("foreign-header", "src/daemon/a.cpp", "#include <restinio/all.hpp>"),
    ("foreign-header", "src/p2p/a.cpp", "#include <sys/socket.h>"),
    ("foreign-header", "src/base/a.cpp", "#include <unistd.h>"),
    ("foreign-header", "src/base/a.cpp", "#include <boost/any.hpp>"),
    ("unused-name", "src/node/a.cpp", "using base::Time;\nint a;  // Time"),
    ("unused-name", "tests/node/a.cpp", "namespace fs = std::filesystem;\nint a;"),
    ("clock", "src/node/a.cpp", "auto t = std::chrono::steady_clock::now();"),
    ("clock", "src/base/a.cpp", "auto t = time(nullptr);"),
    ("clock", "src/base/a.cpp", "gettimeofday(&t, nullptr);"),
    ("clock", "src/base/a.cpp", "std::this_thread::sleep_for(t);"),
    ("clock", "src/base/a.cpp", "#include <ctime>"),
    ("randomness", "src/p2p/a.cpp", "std::random_device device;"),
    ("randomness", "src/p2p/a.cpp", "std::mt19937_64 generator(1);"),
    ("randomness", "src/p2p/a.cpp", "int a = rand() % 6;"),
    ("randomness", "src/p2p/a.cpp", "int a = std::rand();"),
    ("randomness", "src/p2p/a.cpp", "#include <random>"),
    ("thread", "src/exchange/a.cpp", "std::mutex mutex_;"),
    ("thread", "src/exchange/a.cpp", "std::thread worker(run);"),
    ("thread", "src/exchange/a.cpp", "std::atomic<int> count;"),
    ("thread", "src/exchange/a.cpp", "std::atomic_bool flag;"),
    ("thread", "src/exchange/a.cpp", "std::condition_variable changed;"),
    ("thread", "src/exchange/a.cpp", "auto later = std::async(run);"),
    ("thread", "src/exchange/a.cpp", "thread_local int a;"),
    ("thread", "src/exchange/a.cpp", "#include <atomic>"),
    ("file", "src/feed/a.cpp", "#include <fstream>"),
    ("file", "src/feed/a.cpp", "std::ofstream out(name);"),
    ("file", "src/feed/a.cpp", 'FILE* file = fopen("a", "r");'),
    ("file", "src/feed/a.cpp", "std::filesystem::path path;"),
    ("environment", "src/node/a.cpp", 'auto v = std::getenv("HOME");'),
    ("printing", "src/daemon/a.cpp", "std::cout << 1;"),
    ("printing", "src/node/a.cpp", 'std::printf("x");'),
    ("printing", "src/net/a.cpp", 'fprintf(stderr, "x");'),
    ("printing", "src/store/a.cpp", 'fmt::print("x");'),
    ("floating-point", "src/exchange/a.cpp", "double price = 1;"),
    ("floating-point", "src/base/decimal.cpp", "float a;"),
    ("floating-point", "src/api/a.cpp", "auto a = std::stod(text);"),
    ("floating-point", "src/node/a.cpp", "auto a = b * 0.5;"),
    ("unordered-iteration", "src/exchange/a.cpp",
     "std::unordered_map<int, std::pair<int, int>> orders_;\nfor (auto& [k, v] : orders_) f();"),
    ("unordered-iteration", "src/exchange/a.cpp",
     "std::unordered_set<int> seen;\nauto it = seen.begin();"),
    ("unordered-iteration", "src/exchange/a.cpp",
     "using Seen = std::unordered_set<int>;\nSeen seen;\nfor (int a : seen) f(a);"),
    ("unordered-iteration",
     {"src/p2p/a.h": "#pragma once\nclass A { std::unordered_map<int, int> peers_; };",
      "src/p2p/a.cpp": '#include "p2p/a.h"\nvoid A::f() { for (auto& p : peers_) g(p); }'}),
    ("unordered-iteration",
     {"src/p2p/b.h": "#pragma once\nstruct B { std::unordered_map<int, int> peers; };",
      "src/p2p/a.cpp": '#include "p2p/b.h"\nvoid f(B& b) { for (auto& p : b.peers) g(p); }'}),
    ("awaited-lambda", "src/net/a.cpp", "co_await run([x] { return x; });"),
    ("awaited-lambda", "src/net/a.cpp", "co_await run(\n    [&, y = 1](int a) { return a; });"),
    ("median-length", {f"src/base/{i}.cpp": "int a;\n" * 201 for i in range(3)}),
]

GOOD = [
    ("src/base/a.cpp", _LIMIT_FUNCTION),
    ("src/base/a.cpp", _TABLE),
    ("src/base/a.cpp", "// rand() and time(nullptr) in std::thread are not for us: 0.5 double\n"),
    ("src/node/a.cpp", 'auto a = "std::mutex 0.5 getenv TO DO";'),
    ("src/node/a.cpp", 'auto a = R"(std::cout << 0.5)";'),
    ("src/node/a.cpp", "int a = 1'000'000; std::string b = \"double\";"),
    ("src/node/a.cpp", "Time time(); base::Random random(seed); node.time(); x->rand();"),
    ("src/node/a.cpp", "using base::Time;\nnamespace b = a::c;\nusing A::A;\nb::B f(Time t);"),
    ("src/base/time.cpp", "std::chrono::sys_days{std::chrono::days{1}};"),
    ("src/base/check.cpp", '#include <cstdio>\nvoid f() { std::fprintf(stderr, "x"); }'),
    ("src/base/a.cpp", "std::snprintf(b, 1, c); fmt::format_to(d, e);"),
    ("src/daemon/a.cpp", '#include <asio.hpp>\n#include "crypto/entropy.h"\n#include "net/a.h"'),
    ("src/main.cpp", '#include "daemon/a.h"\n#include "cli/a.h"\n#include <CLI/CLI.hpp>\n'),
    ("src/cli/a.cpp", "#include <iostream>\nvoid f() { std::cout << 1.5; }"),
    ("src/net/a.cpp", "std::mutex m; auto t = std::chrono::steady_clock::now();"),
    ("src/net/a.cpp", "auto f = [x] { return x; };\nco_await run(std::move(f), a[i]);"),
    ("src/exchange/a.cpp", "std::unordered_map<int, int> m;\nif (m.find(1) != m.end()) f(m.at(1));"),
    ("src/exchange/a.cpp", "std::unordered_map<int, int> m;\nstd::map<int, int> n;\nfor (auto& a : n) f();"),
    ("src/exchange/a.cpp", "auto a = b ? c : d;\nswitch (a) { case kB: return; }"),
    ("tests/base/a.cpp", "std::thread t; auto now = std::chrono::steady_clock::now(); double d = 0.5;"),
]


def _check(files):
    return list(rules.check([Source(path, text) for path, text in files.items()]))


def failures():
    """What the rules get wrong, as sentences; none if they bite."""
    for rule, *rest in BAD:
        files = rest[0] if len(rest) == 1 else {rest[0]: rest[1]}
        if rule not in {violation.rule for violation in _check(files)}:
            yield f"{rule} did not catch:\n{next(iter(files.values()))[:300]}"
    for path, text in GOOD:
        for violation in _check({path: text}):
            yield f"caught what is right: {violation}\n{text[:300]}"
