#!/usr/bin/env python3
"""The checker of journals itself: it must notice what it is there for. Needs no node."""

import json
import os
import sqlite3
import tempfile
import unittest

from lib import invariants, journal

A, B = "aa" * 32, "bb" * 32
TERMS = {"instrument": "X-Y", "price": "5"}


class JournalFile:
    """A journal with what the checker reads of it."""

    def __init__(self, folder, home):
        self.home = home
        self.path = os.path.join(folder, home[:2] + ".db")
        self.batches = []
        self.fills = []
        self._entries = []
        self.add(event="instrument", name="X-Y", tick="1", lot="1")

    def add(self, **members):
        seq = len(self._entries) + 1
        self._entries.append({"seq": seq, "time": [seq, 0], **members})
        return seq

    def order(self, side, quantity, **more):
        return self.add(event="order", side=side, quantity=str(quantity), account="x", **TERMS,
                        **more)

    def trade(self, name, maker, taker, quantity):
        self.add(event="trade", trade=name, maker=maker, taker=taker, quantity=str(quantity),
                 **TERMS)
        for order in (maker, taker):
            if order.startswith(self.home):
                self.fills.append((int(order.split(":")[1]), quantity))

    def rows(self):
        previous = journal.genesis_hash(self.home)
        for entry in self._entries:
            text = json.dumps(entry, separators=(",", ":"))
            hash_now = journal.next_hash(previous, text)
            yield [bytes.fromhex(self.home), entry["seq"], entry["seq"], previous, f"[{text}]",
                   hash_now]
            previous = hash_now

    def write(self, rows):
        connection = sqlite3.connect(self.path)
        connection.execute(
            "CREATE TABLE batch (home, first_seq, last_seq, previous, entries, hash)")
        connection.execute("CREATE TABLE snapshot (home)")
        connection.execute("CREATE TABLE fills (seq, instrument, fill_quantity)")
        connection.executemany("INSERT INTO batch VALUES (?,?,?,?,?,?)", rows)
        connection.executemany("INSERT INTO fills VALUES (?,'X-Y',?)", self.fills)
        connection.commit()
        connection.close()


class InvariantsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.a = JournalFile(folder.name, A)
        self.b = JournalFile(folder.name, B)
        self.maker = f"{A}:{self.a.order('sell', 10, clientId='m')}"
        self.taker = f"{B}:{self.b.order('buy', 4, clientId='t')}"
        hold = self.b.add(event="hold", order=2, maker=self.maker, quantity="4", **TERMS)
        self.name = f"{B}:{hold}"

    def both_sides(self, made=4, taken=4):
        self.a.trade(self.name, self.maker, self.taker, made)
        self.b.trade(self.name, self.maker, self.taker, taken)

    def check(self, rows_a=None, at_b=()):
        self.a.write(self.a.rows() if rows_a is None else rows_a)
        self.b.write([*self.b.rows(), *at_b])
        return invariants.check_journals({A: self.a.path, B: self.b.path})

    def check_broken(self, why, **more):
        with self.assertRaisesRegex(invariants.Broken, why):
            self.check(**more)

    def test_a_trade_between_homes_is_fine(self):
        self.both_sides()
        findings = self.check(at_b=self.a.rows())
        self.assertEqual((findings.trades, findings.cross_home_trades, findings.filled), (1, 1, 4))

    def test_a_trade_told_twice(self):
        self.both_sides()
        self.a.trade(self.name, self.maker, self.taker, 4)
        self.check_broken("filled a trade twice")

    def test_an_order_filled_beyond_its_quantity(self):
        self.a.trade("x:1", self.maker, f"{B}:9", 7)
        self.a.trade("x:2", self.maker, f"{B}:9", 7)
        self.check_broken("fills more than is free")

    def test_sides_that_differ(self):
        self.both_sides(made=4, taken=3)
        self.check_broken("maker says")

    def test_a_taker_that_never_heard(self):
        self.a.trade(self.name, self.maker, self.taker, 4)
        self.check_broken("taker says None")

    def test_a_trade_that_the_maker_does_not_know(self):
        self.b.trade(self.name, self.maker, self.taker, 4)
        self.check_broken("the maker knows nothing of it")

    def test_a_hold_that_stays_open(self):
        self.check_broken("holds are open")

    def test_an_entry_that_was_changed_or_is_missing(self):
        self.both_sides()
        rows = list(self.a.rows())
        changed = [*rows[:1], [*rows[1][:4], rows[1][4].replace('"10"', '"11"'), rows[1][5]],
                   *rows[2:]]
        self.check_broken("does not end in its hash", rows_a=changed)

    def test_a_gap(self):
        self.both_sides()
        rows = list(self.a.rows())
        self.check_broken("follows on entry 1", rows_a=[rows[0], *rows[2:]])

    def test_a_replica_that_holds_something_else(self):
        self.both_sides()
        other = JournalFile(os.path.dirname(self.a.path), A)
        other.order("sell", 99)
        self.check_broken("is another one at", at_b=other.rows())

    def test_a_history_that_tells_other_fills(self):
        self.both_sides()
        self.a.fills.pop()
        self.check_broken("the history says")

    def test_acknowledgements_that_are_lost(self):
        self.both_sides()
        home = self.check().homes[A]
        told = invariants.Acknowledged(journal.public_id(A, 2), "m", "sell", 5, 10, 4)
        invariants.check_acknowledged(home, [told])
        for changes in ({"order_id": journal.public_id(A, 7)}, {"price": 6}, {"filled": 5},
                        {"cancelled": True}):
            with self.subTest(changes), self.assertRaises(invariants.Broken):
                invariants.check_acknowledged(
                    home, [invariants.Acknowledged(**{**vars(told), **changes})])

    def test_a_client_id_used_twice(self):
        self.both_sides()
        self.a.order("sell", 10, clientId="m")
        with self.assertRaises(invariants.Broken):
            invariants.check_client_ids(self.check().homes[A])


if __name__ == "__main__":
    # ./test and ctest name the program to all scripts; this one has no use for it.
    unittest.main(argv=["invariants_test"], verbosity=2)
