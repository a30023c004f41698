#!/usr/bin/env python3
"""What becomes of a cluster when nodes come new, lose their data, or get old data back."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lib import cluster_case, replay
from lib.cluster_case import sized
from lib.market import asks, final, in_book
from lib.node import PRODUCT
from lib.waiting import wait_until


class JoinTest(cluster_case.ClusterCase):
    def test_a_node_joins_when_the_book_is_large(self):
        count = sized(100_000, 100_000)
        nodes = list(self.form())
        figures = replay.run(nodes, ("--resting", count), patience=120)
        self.assertEqual(figures["unanswered"], 0)
        self.scene.wait_settled(nodes, 120)
        digest = nodes[0].digest()
        begin = time.monotonic()
        late = self.cluster.join("node4")
        wait_until(lambda: late.digest() == digest, 120, "the fourth node has the book", 0.05)
        self.figure(f"{count} open orders ({figures['orders_per_s']:.0f} orders/s); the fourth "
                    f"node has them {time.monotonic() - begin:.1f} s after its start")
        best = nodes[0].api.book(PRODUCT, 1)["asks"][0]
        taken = final(late, late.api.place(PRODUCT, "buy", 1, best[0], time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "1")
        nodes = self.cluster.nodes
        self.scene.wait_settled(nodes, 60)
        self.assertGreaterEqual(self.check(nodes).cross_home_trades, 1)


class LostDataTest(cluster_case.ClusterCase):
    def test_a_node_whose_data_was_deleted_is_another_one(self):
        nodes = self.form()
        a, b, c = nodes
        old = a.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: in_book(c, old), 5, "c shows the order")
        lost_id = a.id()
        self.assertEqual(a.stop()[0], 0)
        a.delete_data()
        # Under the old name nobody takes it for the old node, and it is told why.
        a.start()
        self.assertIn("new identity", a.log())
        self.assertNotEqual(a.id(), lost_id)
        self.assertEqual(asks(a), [])
        reason = f"the name 'node1' belongs to the key {lost_id[:8]}"
        for node in nodes:
            wait_until(lambda node=node: reason in node.log(), 20, f"{node.name} says so", 0.2)
        self.assertEqual(a.api.node()["peers"], 0)
        self.join_under_another_name(nodes, old)

    def join_under_another_name(self, nodes, old):
        a, b, c = nodes
        a.stop()
        a.rename("node1-again")
        begin = time.monotonic()
        a.start()
        self.scene.wait_connected(nodes, seconds=40)
        self.figure(f"connected as another node {time.monotonic() - begin:.1f} s after its start")
        wait_until(lambda: not in_book(b, old) and not in_book(c, old), 30,
                   "nobody offers what nobody can sell", 0.1)
        fresh = a.api.place(PRODUCT, "sell", 10, "101.00")
        wait_until(lambda: in_book(c, fresh), 5, "c shows its new order")
        taken = final(b, b.api.place(PRODUCT, "buy", 4, "101.00", time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "4")
        wait_until(lambda: not any(node.api.holds() for node in nodes), 10, "no hold is open")
        self.scene.wait_caught_up(nodes)
        self.assertEqual(b.digest(), c.digest())
        self.assertEqual(self.check(nodes).cross_home_trades, 1)

    def test_an_old_copy_of_the_data_is_noticed(self):
        nodes = self.form()
        a, b, c = nodes
        a.api.place(PRODUCT, "sell", 10, "100.00")
        self.scene.wait_settled(nodes)
        self.assertEqual(a.stop()[0], 0)
        copy = os.path.join(self.scene.folder, "copy.tar")
        a.save_data(copy)
        a.start()
        newer = a.api.place(PRODUCT, "sell", 5, "101.00")
        taken = final(b, b.api.place(PRODUCT, "buy", 4, "100.00", time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "4")
        wait_until(lambda: in_book(c, newer), 10, "c shows the order")
        self.scene.wait_settled(nodes)
        self.assertEqual(a.stop()[0], 0)
        a.restore_data(copy)
        begin = time.monotonic()
        a.spawn()
        self.assertNotEqual(a.wait_exit(30), 0)
        self.assertIn("the data directory is an old copy", a.log())
        self.figure(f"stopped {time.monotonic() - begin:.1f} s after its start")
        self.go_on_without(b, c)

    def go_on_without(self, b, c):
        resting = b.api.place(PRODUCT, "sell", 3, "90.00")
        wait_until(lambda: in_book(c, resting), 5, "c shows the order of b")
        taken = final(c, c.api.place(PRODUCT, "buy", 3, "90.00", time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "3")
        self.scene.wait_settled([b, c])
        self.check([b, c])


if __name__ == "__main__":
    cluster_case.main()
