#!/usr/bin/env python3
"""A cluster under load whose nodes are killed and whose network is cut: nothing is lost, and all
books become equal again."""

import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lib import cluster_case
from lib.cluster_case import SEED, sized
from lib.market import final, in_book
from lib.node import PRODUCT
from lib.waiting import wait_until


class KillsTest(cluster_case.ClusterCase):
    def test_a_node_is_killed_again_and_again(self):
        chance = random.Random(SEED)
        nodes = self.form()
        load = self.trade_on(nodes)
        restarts = []
        for _ in range(sized(6, 20)):
            victim = chance.choice(nodes)
            self.wait_for(chance.uniform(0.1, 0.6))
            victim.kill()
            begin = time.monotonic()
            victim.start()
            restarts.append(time.monotonic() - begin)
        self.figure(f"{len(restarts)} kills, back after {max(restarts):.1f} s at most")
        self.scene.wait_connected(nodes, seconds=40)
        self.finish(nodes, load)

    def test_a_rolling_restart(self):
        nodes = self.form()
        load = self.trade_on(nodes)
        stops = []
        for node in nodes:
            status, seconds = node.stop()
            self.assertEqual(status, 0, node.last_line())
            self.assertLess(seconds, 2)
            stops.append(seconds)
            node.start()
            self.scene.wait_connected(nodes, seconds=40)
            before = load.count()
            wait_until(lambda before=before: load.count() > before + 100, 20, "the traders trade")
        self.figure(f"stopped in {max(stops):.2f} s at most")
        self.finish(nodes, load)

    def test_a_node_stands_still_for_a_while(self):
        nodes = self.form()
        load = self.trade_on(nodes)
        nodes[1].pause()
        try:
            before = load.count()
            self.wait_for(sized(8, 30))
            self.assertGreater(load.count(), before)
        finally:
            nodes[1].resume()
        self.scene.wait_connected(nodes, seconds=40)
        self.figure(f"caught up {self.scene.wait_caught_up(nodes):.1f} s after it woke")
        self.finish(nodes, load)


class NetworkTest(cluster_case.ClusterCase):
    def acknowledged(self, load, nodes):
        return [len(load.acknowledged_at(node)) for node in nodes]

    def during(self, load, nodes, seconds):
        """Lets time pass; all nodes go on to take orders. Orders a second of each."""
        before = self.acknowledged(load, nodes)
        begin = time.monotonic()
        self.wait_for(seconds)
        spent = time.monotonic() - begin
        rates = [(now - then) / spent
                 for now, then in zip(self.acknowledged(load, nodes), before)]
        for node, rate in zip(nodes, rates):
            self.assertGreater(rate, 0, f"{node.name} took no orders meanwhile")
        return "/".join(f"{rate:.0f}" for rate in rates)

    def test_a_node_is_cut_off_and_both_sides_trade_on(self):
        nodes = self.form()
        a, b, c = nodes
        load = self.trade_on(nodes)
        for other in (a, b):
            self.cluster.cut(other, c)
        seconds = sized(20, 60)
        rates = self.during(load, nodes, seconds)
        # What one side writes, the other does not know.
        alone = c.api.place(PRODUCT, "buy", 1, "1.00")
        wait_until(lambda: in_book(c, alone), 5, "c shows it")
        self.assertFalse(in_book(a, alone))
        self.assertNotEqual(a.digest(), c.digest())
        caught_up = self.heal(nodes)
        self.assertTrue(in_book(a, alone))
        self.figure(f"{rates} orders/s at the nodes during {seconds} s, "
                    f"caught up {caught_up:.1f} s after healing")
        self.finish(nodes, load)

    def test_one_way_is_cut_and_the_third_relays(self):
        nodes = self.form()
        a, _, c = nodes
        load = self.trade_on(nodes)
        self.cluster.cut_one_way(c, a)
        begin = time.monotonic()
        told = c.api.place(PRODUCT, "buy", 1, "1.00")
        wait_until(lambda: in_book(a, told), 45, "what c writes comes to a through b", 0.1)
        around = time.monotonic() - begin
        rates = self.during(load, nodes, sized(5, 30))
        caught_up = self.heal(nodes)
        self.figure(f"by the relay after {around:.1f} s; {rates} orders/s meanwhile; "
                    f"caught up {caught_up:.1f} s after healing")
        self.scene.wait_connected(nodes, seconds=40)
        self.finish(nodes, load)

    def test_links_lose_packets_and_are_slow(self):
        nodes = self.form()
        load = self.trade_on(nodes)
        for node in nodes:
            self.cluster.lose(node, 5)
        self.cluster.slow_down(nodes[2], 1024)
        rates = self.during(load, nodes, sized(12, 60))
        resting = nodes[0].api.place(PRODUCT, "sell", 1, "900.00")
        begin = time.monotonic()
        wait_until(lambda: in_book(nodes[2], resting), 40, "an order arrives", 0.05)
        self.figure(f"5 % lost and 1 Mbit/s at one node: {rates} orders/s, an order arrives "
                    f"after {time.monotonic() - begin:.1f} s")
        self.figure(f"caught up {self.heal(nodes):.1f} s after healing")
        self.scene.wait_connected(nodes, seconds=40)
        self.finish(nodes, load)


class AfterFaultTest(cluster_case.ClusterCase):
    def test_orders_of_a_lost_node_come_back_with_it(self):
        nodes = self.form()
        a, b, c = nodes
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: in_book(c, resting), 5, "c shows the order")
        a.kill()
        for node in (b, c):
            wait_until(lambda node=node: not in_book(node, resting), 30,
                       f"{node.name} does not offer it any more", 0.1)
        untouched = final(b, b.api.place(PRODUCT, "buy", 1, "100.00", time_in_force="IOC"))
        self.assertEqual(untouched["filled_size"], "0")
        a.start()
        begin = time.monotonic()
        for node in (b, c):
            wait_until(lambda node=node: in_book(node, resting), 20, f"{node.name} has it again",
                       0.05)
        self.figure(f"its order is back {time.monotonic() - begin:.1f} s after it was ready")
        taken = final(b, b.api.place(PRODUCT, "buy", 1, "100.00", time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "1")
        self.scene.wait_settled(nodes)
        self.check(nodes)


if __name__ == "__main__":
    cluster_case.main()
