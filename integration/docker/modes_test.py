#!/usr/bin/env python3
"""Clusters of every mode form and trade, each node on a host of its own."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lib import cluster_case
from lib.market import final, in_book
from lib.node import PRODUCT
from lib.waiting import wait_until


class ModesTest(cluster_case.ClusterCase):
    def form_and_trade(self, mode, shown, route, sources):
        nodes = self.form(mode)
        a, b, c = nodes
        for node in nodes:
            self.assertEqual(node.api.node()["mode"], shown)
            peers = node.api.peers()
            self.assertEqual({peer["route"] for peer in peers}, {route})
            self.assertLessEqual({peer["source"] for peer in peers},
                                 {*sources, "inbound", "exchange"})
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        begin = time.monotonic()
        for node in (b, c):
            wait_until(lambda node=node: in_book(node, resting), 5, f"{node.name} shows the order")
        seen_after = time.monotonic() - begin
        for node, size in ((b, 4), (c, 6)):
            taken = final(node, node.api.place(PRODUCT, "buy", size, "100.50",
                                               time_in_force="IOC"))
            self.assertEqual((taken["filled_size"], taken["done_reason"]), (str(size), "filled"))
        made = {fill["match_id"]: fill["size"] for fill in a.api.fills()}
        took = {fill["match_id"]: fill["size"] for node in (b, c) for fill in node.api.fills()}
        self.assertEqual(made, took)
        self.scene.wait_settled(nodes)
        self.assertEqual(self.check(nodes).cross_home_trades, 2)
        self.figure(f"an order is seen everywhere after {seen_after * 1000:.0f} ms")

    def test_pure(self):
        self.form_and_trade("pure", "pure", "direct", {"bootstrap"})

    def test_hybrid(self):
        self.form_and_trade("hybrid", "hybrid", "direct", {"grenache"})

    def test_legacy(self):
        self.form_and_trade("legacy", "legacy", "grenache", {"grenache"})

    def test_nothing_configured_and_found_by_mdns(self):
        self.form_and_trade("mdns", "hybrid", "direct", {"mdns"})

    def test_grapes_go_and_come_while_orders_flow(self):
        nodes = self.form("hybrid")
        load = self.trade_on(nodes)
        self.cluster.stop_grapes()
        for node in nodes:
            wait_until(lambda node=node: "Grapes cannot be reached" in node.log(), 30,
                       f"{node.name} says so", 0.5)
        before = load.count()
        wait_until(lambda: load.count() > before + 100, 20, "the traders trade on")
        self.cluster.start_grapes()
        for node in nodes:
            wait_until(lambda node=node: "Grapes answer again" in node.log(), 60,
                       f"{node.name} says so", 0.5)
            self.assertEqual(len(node.api.peers()), 2)
        self.finish(nodes, load)


if __name__ == "__main__":
    cluster_case.main()
