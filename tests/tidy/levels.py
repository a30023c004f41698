"""Who may see whom: the levels of the house and the libraries of others."""

_LOW = {"base", "json", "crypto"}

# folder -> the other folders of src it may include.
MAY_INCLUDE = {
    "base": set(),
    "json": {"base"},
    "crypto": {"base"},
    "feed": _LOW,
    "book": {"base"},
    "exchange": _LOW | {"book"},
    "p2p": _LOW | {"feed", "exchange"},
    "grenache": _LOW,
    "doctor": {"base"},
    "api": _LOW | {"feed", "exchange"},
    "node": _LOW | {"feed", "exchange", "p2p", "grenache", "api"},
    # The sides serve the levels in their own values: records, endpoints, requests.
    "store": _LOW | {"feed", "exchange", "api", "node"},
    "net": _LOW | {"p2p", "grenache", "api"},
}
MAY_INCLUDE["daemon"] = set(MAY_INCLUDE) | {"daemon"}
MAY_INCLUDE["cli"] = set(MAY_INCLUDE) - {"daemon"}
MAY_INCLUDE["main"] = set(MAY_INCLUDE)

# Input and output, time and randomness exist only outside of these.
PURE = {
    "base", "json", "crypto", "feed", "book", "exchange", "p2p", "grenache", "api", "node", "doctor"
}
EDGE = {"store", "net", "daemon", "cli", "main"}

# First part of a foreign header's name -> the folders that may see it.
FOREIGN = {
    "rapidjson": {"json"},
    "sodium.h": {"crypto"},
    "sodium": {"crypto"},
    "openssl": {"crypto", "net"},
    "sqlite3.h": {"store"},
    "asio.hpp": {"net", "daemon"},
    "asio": {"net", "daemon"},
    "restinio": {"net"},
    "http_parser.h": {"net"},
    "curl": {"net"},
    "zlib.h": {"crypto", "net"},
    "avahi-core": {"net"},
    "avahi-common": {"net"},
    "libtorrent": {"net"},
    "miniupnpc": {"net"},
    "natpmp.h": {"net"},
    "systemd": {"daemon"},
    "spdlog": {"daemon"},
    "prometheus": {"daemon"},
    "CLI": {"cli", "main"},
    "emmintrin.h": {"book", "json"},  # SSE2
    "fmt": PURE | EDGE,
}

# These keep buffers for whoever calls next, in each thread its own: nothing of that shows.
PER_THREAD = {"src/json/document.cpp", "src/crypto/hash.cpp"}

# Standard headers that bring what a pure folder must not have.
IMPURE_STANDARD = {
    "random": "randomness",
    "thread": "thread",
    "mutex": "thread",
    "shared_mutex": "thread",
    "atomic": "thread",
    "condition_variable": "thread",
    "future": "thread",
    "semaphore": "thread",
    "latch": "thread",
    "barrier": "thread",
    "stop_token": "thread",
    "fstream": "file",
    "filesystem": "file",
    "cstdio": "file",
    "iostream": "file",
    "ctime": "clock",
}
