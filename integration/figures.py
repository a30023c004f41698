#!/usr/bin/env python3
"""Measures what a node promises, next to what the disk gives in the same minutes. Takes some
minutes and wants a quiet machine. Prints a table."""

import argparse
import json
import os
import sqlite3
import tempfile
import time

from lib import journal, replay
from lib.node import Scene
from lib.waiting import wait_until

ROWS = []


def row(what, value, unit, remark=""):
    ROWS.append((what, value, unit, remark))
    print(f"  {what}: {value} {unit} {remark}".rstrip(), flush=True)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


class Database:
    """A database as a node sets up its journal: write-ahead log, synced at each commit."""

    def __init__(self, folder):
        self._connection = sqlite3.connect(os.path.join(folder, "raw.db"), isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE entry (row INTEGER PRIMARY KEY, text TEXT)")

    def commit(self, texts):
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO entry (text) VALUES (?)",
                                     ((text,) for text in texts))
        self._connection.execute("COMMIT")

    def close(self):
        self._connection.close()


class Rows:
    """What the journal wrote of a home, batch by batch: its own row, the orders that the batch
    accepted, and the orders that it changed."""

    def __init__(self, node, home):
        connection = journal.open_journal(node.journal)
        self.schema = [sql for (sql,) in connection.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN ('batch', 'orders') "
            "AND sql IS NOT NULL ORDER BY type DESC")]
        orders = {row["seq"]: tuple(row) for row in connection.execute("SELECT * FROM orders")}
        self.batches = []
        for row in connection.execute("SELECT * FROM batch WHERE home = ? ORDER BY last_seq",
                                      (bytes.fromhex(home),)):
            events = [json.loads(text) for text in journal.entry_texts(row["entries"])]
            changed = [(event["seq"], event["order"]) for event in events if "order" in event]
            self.batches.append((tuple(row), [orders[event["seq"]] for event in events
                                              if event["seq"] in orders], changed))
        connection.close()

    def write(self, folder):
        """The seconds that SQLite takes for them, one transaction a batch."""
        connection = sqlite3.connect(os.path.join(folder, "rows.db"), isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        for sql in self.schema:
            connection.execute(sql)
        begin = time.monotonic()
        for batch, accepted, changed in self.batches:
            connection.execute("BEGIN")
            connection.execute(f"INSERT INTO batch VALUES ({places(batch)})", batch)
            if accepted:
                connection.executemany(
                    f"INSERT INTO orders VALUES ({places(accepted[0])})", accepted)
            connection.executemany("UPDATE orders SET version = ?, closed = 1 WHERE seq = ?",
                                   changed)
            connection.execute("COMMIT")
        seconds = time.monotonic() - begin
        connection.close()
        return seconds


def places(row):
    return ",".join("?" * len(row))


def batches_of(node, home):
    connection = journal.open_journal(node.journal)
    texts = [batch.texts for batch in journal.batches(connection, home)]
    connection.close()
    return texts


def durable_orders(scene):
    """(a) One node under load, and SQLite alone with the same entries in the same batches."""
    node = scene.node("one").start()
    home = node.id()
    figures = replay.run([node], ("--generate", 40_000))
    node.stop()
    batches = batches_of(node, home)
    entries = sum(len(texts) for texts in batches)
    database = Database(scene.folder)
    begin = time.monotonic()
    for texts in batches:
        database.commit(texts)
    raw = entries / (time.monotonic() - begin)
    database.close()
    same = entries / Rows(node, home).write(scene.folder)
    mine = entries / figures["seconds"]
    row("(a) durable orders, one node, 64 under way", figures["orders_per_s"], "/s",
        f"p50 {figures['loaded_ack_p50_us'] / 1000:.1f} ms, "
        f"p99 {figures['loaded_ack_p99_us'] / 1000:.1f} ms")
    row("(a) entries a batch, mean", f"{entries / len(batches):.1f}", "")
    row("(a) node: entries", f"{mine:.0f}", "/s")
    row("(a) SQLite alone, the rows of the same batches", f"{same:.0f}", "entries/s",
        f"node / SQLite = {mine / same:.2f}")
    row("(a) SQLite alone, one row an entry, same batches", f"{raw:.0f}", "entries/s",
        f"node / SQLite = {mine / raw:.2f}")


def commit_times(folder, count=300):
    """Of single commits: what the disk takes. Where allowed, not what busy neighbours take: a
    process that has computed for long waits for its turn after each sync, milliseconds each."""
    usual = os.sched_getscheduler(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass
    try:
        database = Database(folder)
        times = []
        for _ in range(count):
            begin = time.monotonic()
            database.commit(["x" * 300])
            times.append(time.monotonic() - begin)
        database.close()
        return times
    finally:
        os.sched_setscheduler(0, usual, os.sched_param(0))


def idle_times(scene):
    """(b), (c) Single orders between two nodes with nothing else to do."""
    nodes = [scene.node("a").start()]
    nodes.append(scene.node("b", peers=nodes).start())
    scene.wait_connected(nodes)
    before = commit_times(scene.folder)
    figures = replay.run(nodes, ("--generate", 10), idle=300)
    with tempfile.TemporaryDirectory(dir=scene.folder) as folder:
        commits = before + commit_times(folder)
    commit = [percentile(commits, share) * 1000 for share in (0.1, 0.5, 0.99)]
    row("(b) one SQLite commit p10 / p50 / p99", " / ".join(f"{ms:.2f}" for ms in commit), "ms")
    for name, what in (("idle_ack", "(b) order acknowledged"),
                       ("idle_visible", "(b) order visible at the other node"),
                       ("idle_cross_home_fill", "(c) cross-home fill, IOC until shown filled")):
        times = [figures[f"{name}_{share}_us"] / 1000 for share in ("p50", "p99")]
        row(f"{what} p50 / p99", f"{times[0]:.2f} / {times[1]:.2f}", "ms",
            f"= {times[0] / commit[1]:.1f} commits at p50")


def large_book(scene, count):
    """(d) Many resting orders of three homes, and a node that joins then."""
    nodes = scene.triangle()
    empty = [node.rss_kib() for node in nodes]
    figures = replay.run(nodes, ("--resting", count), patience=120)
    scene.wait_settled(nodes, 120)
    for node, before in zip(nodes, empty):
        now = node.rss_kib()
        row(f"(d) memory of {node.name} with {count} orders", f"{now / 1024:.0f}", "MiB",
            f"{(now - before) * 1024 / count:.0f} bytes an order")
    row("(d) orders while filling the book", figures["orders_per_s"], "/s")
    late = scene.node("late", peers=nodes[:1])
    begin = time.monotonic()
    late.spawn()
    digest = nodes[0].digest()
    wait_until(lambda: late.digest() == digest, 120, "the fourth node has the book")
    row("(d) fourth node: start until equal book", f"{time.monotonic() - begin:.2f}", "s")
    row("(d) its memory", f"{late.rss_kib() / 1024:.0f}", "MiB")


def long_journal(scene, count):
    """(e) Starting on a long journal."""
    node = scene.node("long").start()
    home = node.id()
    figures = replay.run([node], ("--generate", count), patience=120)
    digest = node.digest()
    times = {}
    for how, end in (("stop", node.stop), ("kill -9", node.kill)):
        end()
        begin = time.monotonic()
        node.start(120)
        times[how] = time.monotonic() - begin
        if node.digest() != digest:
            raise AssertionError("another book after the restart")
    entries = next(feed["seq"] for feed in node.api.node()["feeds"] if feed["home"] == home)
    row("(e) orders while writing the journal", figures["orders_per_s"], "/s")
    for how, seconds in times.items():
        row(f"(e) ready after {how}, {entries} entries", f"{seconds:.2f}", "s",
            f"journal of {os.path.getsize(node.journal) >> 20} MiB")


def connected(nodes):
    """Whether every node has a way to every other over the peers it has."""
    known = {node.id(): {peer["id"] for peer in node.api.peers()} for node in nodes}
    start = next(iter(known))
    reached, fresh = {start}, {start}
    while fresh:
        fresh = {peer for one in fresh for peer in known[one]} - reached
        reached |= fresh
    return len(reached) == len(nodes)


def network(scene, count):
    """(f) Many nodes that know one address."""
    first = scene.node("node1").start()
    nodes = [first] + [scene.node(f"node{i}", peers=[first]) for i in range(2, count + 1)]
    begin = time.monotonic()
    for node in nodes[1:]:
        node.spawn()
    for node in nodes:
        wait_until(lambda: node.api.healthy(), 60, f"{node.name} is ready")
    started = time.monotonic() - begin
    wait_until(lambda: connected(nodes), 120, "everyone has a way to everyone")
    row(f"(f) {count} nodes: processes started", f"{started:.1f}", "s")
    row(f"(f) {count} nodes: connected network", f"{time.monotonic() - begin:.1f}", "s")
    peers = [len(node.api.peers()) for node in nodes]
    row("(f) peers of a node, least / mean / most",
        f"{min(peers)} / {sum(peers) / count:.1f} / {max(peers)}", "")
    memory = [node.rss_kib() / 1024 for node in nodes]
    row("(f) memory of a node, mean / most", f"{sum(memory) / count:.1f} / {max(memory):.1f}", "MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--syrah", required=True, help="the program, optimised")
    parser.add_argument("--replay", required=True, help="the syrah-replay program")
    parser.add_argument("--only", default="abdef", help="which parts: letters of abdef (c is in b)")
    parser.add_argument("--orders", type=int, default=100_000, help="of part d")
    parser.add_argument("--messages", type=int, default=1_000_000, help="of part e")
    parser.add_argument("--nodes", type=int, default=50, help="of part f")
    options = parser.parse_args()
    os.environ["SYRAH_BINARY"] = os.path.abspath(options.syrah)
    os.environ["SYRAH_REPLAY"] = os.path.abspath(options.replay)
    parts = {"a": durable_orders, "b": idle_times,
             "d": lambda scene: large_book(scene, options.orders),
             "e": lambda scene: long_journal(scene, options.messages),
             "f": lambda scene: network(scene, options.nodes)}
    for letter, measure in parts.items():
        if letter not in options.only:
            continue
        scene = Scene(f"figures-{letter}")
        failed = True
        try:
            measure(scene)
            failed = False
        finally:
            scene.end(failed)
    width = max(len(what) for what, *_ in ROWS)
    print("\n| what".ljust(width + 3), "| value |")
    for what, value, unit, remark in ROWS:
        print(f"| {what:<{width}} | {value} {unit} {('(' + remark + ')') if remark else ''} |")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
