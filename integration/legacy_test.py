#!/usr/bin/env python3
"""Nodes in legacy mode: everything goes through Grenache, and the old nodes are traded with."""

import subprocess

from lib import case
from lib.grenache_case import LEGACY_SERVICE, GrenacheCase
from lib.market import asks, bids, final, in_book, indications
from lib.node import PRODUCT, syrah_binary
from lib.traders import Load
from lib.waiting import PATIENCE, wait_until


class LegacyNodesTest(GrenacheCase):
    def nodes(self, grapes):
        nodes = [self.legacy(name, grapes).start() for name in "abc"]
        self.scene.wait_connected(nodes, seconds=25)
        return nodes

    def test_they_trade_through_a_kill_and_a_change_of_mode(self):
        grapes = self.grapes()
        nodes = self.nodes(grapes)
        a, b, c = nodes
        for node in nodes:
            self.assertEqual(set(self.routes(node)), {"grenache"})
            self.assertEqual(node.api.node()["mode"], "legacy")
        load = Load(nodes, 1, each=1)
        wait_until(lambda: load.count() > 30, 20, "the traders trade")
        b.kill()
        before = load.count()
        wait_until(lambda: load.count() > before + 10, 20, "the others trade on")
        b.start()
        before = load.count()
        wait_until(lambda: load.count() > before + 30, 20, "the traders trade after the kill")

        resting = c.api.place(PRODUCT, "sell", 7, "150.00")
        c.stop()
        c.environment.update(P2P_ENABLED="true")
        c.start()
        self.assertEqual(c.api.node()["mode"], "hybrid")
        self.assertTrue(in_book(c, resting))
        before = load.count()
        wait_until(lambda: load.count() > before + 30, 20, "the traders trade after the change")
        load.stop()
        self.scene.wait_connected(nodes, seconds=25)
        self.scene.wait_settled(nodes)
        for node in nodes:
            self.assertTrue(in_book(node, resting), node.name)
            self.assertEqual(set(self.routes(node)), {"grenache"})
        self.assertGreater(self.check(nodes, load).cross_home_trades, 0)


class OldNodesTest(GrenacheCase):
    def scene_with_old_node(self, generation, **environment):
        """Two nodes in legacy mode that know each other, and an old one that knows both."""
        grapes = self.grapes()
        a, b = (self.legacy(name, grapes, **environment).start() for name in "ab")
        self.scene.wait_connected([a, b], seconds=25)
        wait_until(lambda: len(grapes[0].lookup(LEGACY_SERVICE)) == 2, 10, "both are announced")
        return a, b, self.old_node(generation, grapes[0])

    def order(self, old, side, amount, price):
        """Tells an order, and waits for the answers."""
        before = len(old.results())
        old.tell({"type": "order", "payload": {
            "id": "6d9f4e9e-0f66-4c0c-9d57-0a4a3d6e5a01", "timestamp": 1795224209118,
            "status": "pending", "userId": "user_abc", "side": side, "amount": amount,
            "price": price, "pair": "AAPL/USD"}})
        answers = wait_until(lambda: old.results()[before:], 10, "all answered")[0]
        # It tells itself as well.
        self.assertEqual([answer["success"] for answer in answers], [True] * 3)

    def heard(self, old, kind):
        return [(told.get("side"), told["amount"], told["price"]) for told in old.heard(kind)]

    def cli(self, node, *words):
        done = subprocess.run([syrah_binary(), *words, "--api", node.url, "--key-file",
                               node.key_file], capture_output=True, text=True,
                              timeout=20 * PATIENCE, check=True)
        return done.stdout

    def test_mode_trade(self):
        a, b, old = self.scene_with_old_node("grenache-1.0")
        mine = a.api.place(PRODUCT, "sell", 5, "100.00")
        wait_until(lambda: self.heard(old, "order"), 10, "the old node hears of the order")
        self.assertEqual(self.heard(old, "order"), [("sell", "5", "100.00")])
        wait_until(lambda: in_book(b, mine), 5, "b shows the order")

        self.order(old, "buy", "3", "101")
        fill = wait_until(lambda: a.api.unconfirmed_fills(), 5, "a trades with it")[0]
        self.assertEqual((fill["size"], fill["price"], fill["unconfirmed"], fill["counterparty"]),
                         ("3", "100.00", True, old.id))
        self.assertEqual(a.api.fills(), [])
        self.assertEqual(a.api.order(mine["id"])["remaining_size"], "2")
        wait_until(lambda: self.heard(old, "trade"), 10, "the old node hears of the trade")
        self.assertEqual(self.heard(old, "trade"), [(None, "3", "100.00")])
        self.assertIn("unconfirmed", self.cli(a, "fills", "--unconfirmed"))
        self.assertIn("no fills yet", self.cli(a, "fills"))
        wait_until(lambda: [row[1] for row in asks(b)] == ["2"], 5, "b shows what is left")
        # b heard the order, too, had nothing to trade, and shows all of it.
        self.assertEqual([(row["side"], row["size"], row["peer"]) for row in indications(b)],
                         [("buy", "3", old.id)])
        # Among each other they go by feeds: no order comes back as one of an old node.
        taken = final(b, b.api.place(PRODUCT, "buy", 2, "100.00", time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "2")
        self.scene.wait_settled([a, b])
        self.assertEqual({row["peer"] for node in (a, b) for row in indications(node)} - {old.id},
                         set())
        self.check([a, b])

    def test_mode_show(self):
        a, b, old = self.scene_with_old_node("grenache-0.7", BASIC_PEERS="show")
        mine = a.api.place(PRODUCT, "sell", 5, "100.00")
        wait_until(lambda: self.heard(old, "order"), 10, "the old node hears of the order")
        self.order(old, "buy", "3", "101")
        for node in (a, b):
            shown = wait_until(lambda node=node: indications(node), 5, "the order is shown")
            self.assertEqual([(row["side"], row["price"], row["size"], row["peer"])
                              for row in shown], [("buy", "101.00", "3", old.id)])
            self.assertEqual(bids(node), [])
        self.assertEqual(a.api.order(mine["id"])["remaining_size"], "5")
        self.assertEqual(a.api.unconfirmed_fills(), [])
        self.assertEqual(self.heard(old, "trade"), [])


if __name__ == "__main__":
    case.main()
