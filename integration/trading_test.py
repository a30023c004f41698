#!/usr/bin/env python3
"""Nodes that trade with each other, as processes on loopback."""

import json
import os
import random
import time
from decimal import Decimal

from lib import case
from lib.market import asks, bids, final, in_book
from lib.node import PRODUCT
from lib.traders import Load
from lib.waiting import wait_until

SEED = int(os.environ.get("SYRAH_SEED", random.randrange(1 << 31)))
KILLS = int(os.environ.get("SYRAH_KILLS", "20"))


class TradingTest(case.SceneCase):
    def test_an_order_is_seen_traded_and_cancelled_everywhere(self):
        a, b, c = self.scene.triangle()
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        self.assertEqual(resting["status"], "open")
        for node in (b, c):
            wait_until(lambda node=node: in_book(node, resting), 3, f"{node.name} shows the order")
            self.assertEqual(asks(node), [["100.00", "10", resting["id"]]])

        taker = final(b, b.api.place(PRODUCT, "buy", 4, "100.50", time_in_force="IOC"))
        self.assertEqual((taker["filled_size"], taker["done_reason"]), ("4", "filled"))
        maker = a.api.order(resting["id"])
        self.assertEqual((maker["filled_size"], maker["remaining_size"]), ("4", "6"))
        fill_a, fill_b = a.api.fills()[0], b.api.fills()[0]
        self.assertEqual(fill_a["match_id"], fill_b["match_id"])
        self.assertEqual((fill_a["liquidity"], fill_b["liquidity"]), ("M", "T"))
        self.assertEqual((fill_a["price"], fill_b["price"]), ("100.00", "100.00"))
        for node in (a, b, c):
            wait_until(lambda node=node: asks(node) == [["100.00", "6", resting["id"]]], 3,
                       f"{node.name} shows what is left")

        a.api.cancel(resting["id"])
        for node in (b, c):
            wait_until(lambda node=node: asks(node) == [], 3, f"{node.name} shows no order")
        self.scene.wait_settled([a, b, c])
        self.assertEqual(self.check([a, b, c]).cross_home_trades, 1)

    def test_a_sweep_takes_from_several_homes_at_the_makers_prices(self):
        a, b, c = self.scene.triangle()
        a.api.place(PRODUCT, "sell", 3, "100.00")
        b.api.place(PRODUCT, "sell", 3, "100.01")
        a.api.place(PRODUCT, "sell", 3, "100.02")
        wait_until(lambda: len(asks(c)) == 3, 3, "c shows three orders")
        taker = final(c, c.api.place(PRODUCT, "buy", 8, "100.02"))
        self.assertEqual(taker["filled_size"], "8")
        paid = sorted((fill["price"], fill["size"]) for fill in c.api.fills())
        self.assertEqual(paid, [("100.00", "3"), ("100.01", "3"), ("100.02", "2")])
        self.scene.wait_settled([a, b, c])
        self.assertEqual(self.check([a, b, c]).filled, 8)

    def test_orders_travel_through_a_relay(self):
        # With room for one peer, a and c never come to know each other.
        b = self.scene.node("b").start()
        a = self.scene.node("a", peers=[b], MAX_PEERS="1").start()
        c = self.scene.node("c", peers=[b], MAX_PEERS="1").start()
        wait_until(lambda: b.api.node()["peers"] == 2, 10, "b has both")
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: in_book(c, resting), 5, "c shows the order of a")
        taker = final(c, c.api.place(PRODUCT, "buy", 4, "100.00", time_in_force="IOC"))
        self.assertEqual(taker["filled_size"], "4")
        self.assertEqual([peer["id"] for peer in c.api.peers()], [b.id()])
        self.assertEqual([peer["id"] for peer in a.api.peers()], [b.id()])
        self.scene.wait_settled([a, b, c])
        self.assertEqual(self.check([a, b, c]).cross_home_trades, 1)

    def test_kills_under_load_lose_nothing_and_fill_nothing_twice(self):
        print(f"\n  seed {SEED}: replay with SYRAH_SEED={SEED}")
        chance = random.Random(SEED)
        nodes = self.scene.triangle()
        load = Load(nodes, SEED)
        wait_until(lambda: load.count() > 30, 20, "the traders trade")
        restarts = []
        for _ in range(KILLS):
            victim = chance.choice(nodes)
            moment = time.monotonic() + chance.uniform(0.02, 0.4)
            wait_until(lambda moment=moment: time.monotonic() >= moment, 5, "the moment", 0.001)
            victim.kill()
            begin = time.monotonic()
            victim.start()
            restarts.append(time.monotonic() - begin)
        before = load.count()
        wait_until(lambda: load.count() > before + 30, 20, "the traders trade after the kills")
        load.stop()
        begin = time.monotonic()
        self.scene.wait_settled(nodes)
        equal_after = time.monotonic() - begin
        findings = self.check(nodes, load)
        self.assertGreater(findings.cross_home_trades, 0)
        print(f"  {KILLS} kills, {load.count()} orders acknowledged, {findings.trades} trades "
              f"({findings.cross_home_trades} between homes), restart {max(restarts):.2f} s at "
              f"most, books equal {equal_after:.2f} s after the load")

    def test_a_stopped_node_is_suspended_and_comes_back(self):
        a, b, c = self.scene.triangle()
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: in_book(b, resting), 3, "b shows the order")
        a.pause()
        begin = time.monotonic()
        try:
            for node in (b, c):
                wait_until(lambda node=node: node.api.book(PRODUCT)["suspended"] == 1
                           and asks(node) == [], 25, f"{node.name} suspends the order")
            untouched = b.api.place(PRODUCT, "buy", 1, "100.00", time_in_force="IOC")
            self.assertEqual(untouched["filled_size"], "0")
            wait_until(lambda: time.monotonic() - begin > 20, 30, "20 s are over")
        finally:
            a.resume()
        for node in (b, c):
            wait_until(lambda node=node: in_book(node, resting), 15, f"{node.name} has it back")
        taker = final(b, b.api.place(PRODUCT, "buy", 1, "100.00", time_in_force="IOC"))
        self.assertEqual(taker["filled_size"], "1")
        self.scene.wait_settled([a, b, c])
        self.check([a, b, c])

    def test_a_clean_stop_is_quick_and_a_restart_is_the_same_node(self):
        a, b, c = self.scene.triangle()
        resting = a.api.place(PRODUCT, "buy", 7, "99.00")
        wait_until(lambda: in_book(c, resting), 3, "c shows the order")
        before = (a.id(), a.digest(), a.api.order(resting["id"]))
        status, seconds = a.stop()
        self.assertEqual(status, 0)
        self.assertLess(seconds, 2)
        a.start()
        self.assertEqual((a.id(), a.digest(), a.api.order(resting["id"])), before)
        self.scene.wait_connected([a, b, c])
        self.scene.wait_settled([a, b, c])
        self.check([a, b, c])

    def test_the_peers_file_is_enough_to_find_the_others_again(self):
        a = self.scene.node("a").start()
        b = self.scene.node("b", peers=[a]).start()
        wait_until(lambda: b.api.node()["peers"] == 1, 10, "b has a peer")
        peers_file = os.path.join(b.data_dir, ".peers.json")
        wait_until(lambda: os.path.exists(peers_file), 5, "b writes its peers file")
        with open(peers_file, encoding="utf-8") as file:
            self.assertEqual([peer["endpoint"] for peer in json.load(file)["peers"]], [a.address])
        b.stop()
        b.environment["BOOTSTRAP_PEERS"] = ""
        b.start()
        wait_until(lambda: b.api.node()["peers"] == 1, 10, "b has its peer again")
        self.assertEqual(b.api.peers()[0]["source"], "stored")

    def test_who_joins_later_gets_the_equal_book(self):
        a, b, c = self.scene.triangle()
        for index in range(100):
            for node, price in ((a, "99.00"), (b, "99.01"), (c, "99.02")):
                node.api.place(PRODUCT, "buy", index + 1, price)
        self.scene.wait_settled([a, b, c])
        d = self.scene.node("d", peers=[b]).start()
        digest = self.scene.wait_settled([a, b, c, d])
        self.assertEqual(digest, a.digest())
        self.assertEqual(d.api.book(PRODUCT)["bids"], a.api.book(PRODUCT)["bids"])
        taken = final(d, d.api.place(PRODUCT, "sell", 5, "99.02", time_in_force="IOC"))
        self.assertEqual(Decimal(taken["filled_size"]), 5)
        self.scene.wait_settled([a, b, c, d])
        self.check([a, b, c, d])


if __name__ == "__main__":
    case.main()
