#!/usr/bin/env python3
"""Each source of peers alone, all of them together, and none."""

import unittest

from lib import case
from lib.avahi import Witness
from lib.grenache_case import GrenacheCase
from lib.market import final, in_book
from lib.namespaces import Network, Unavailable
from lib.node import PRODUCT
from lib.waiting import wait_until

ALONE = "no source of peers"


def found_by(node):
    return {peer["source"] for peer in node.api.peers()}


class SourcesTest(GrenacheCase):
    def first_after(self, node, source):
        first = node.api.sources()[source]["first_connection_ms"]
        print(f"\n  {source}: first peer {first} ms after the start")
        self.assertGreaterEqual(first, 0)

    def test_bootstrap_alone_and_then_stored_alone(self):
        a = self.scene.node("a").start()
        b = self.scene.node("b", peers=[a]).start()
        self.scene.wait_connected([a, b])
        self.assertEqual(found_by(b), {"bootstrap"})
        self.first_after(b, "bootstrap")
        b.stop()
        b.environment["BOOTSTRAP_PEERS"] = ""
        b.start()
        self.scene.wait_connected([a, b])
        self.assertIn("stored", found_by(a) | found_by(b))

    def test_peers_tell_of_each_other(self):
        a = self.scene.node("a").start()
        others = [self.scene.node(name, peers=[a]).start() for name in "bcd"]
        self.scene.wait_connected([a, *others])
        sources = set().union(*(found_by(node) for node in others))
        self.assertIn("exchange", sources)

    def test_a_peer_named_by_the_user_and_parted_from(self):
        a = self.scene.node("a").start()
        b = self.scene.node("b").start()
        a.api.call("POST", "/node/peers", {"address": b.address}, signed=True)
        self.scene.wait_connected([a, b])
        self.assertEqual(found_by(a), {"user"})
        a.api.call("DELETE", f"/node/peers/{b.address}", signed=True)
        # The other one may dial back: that is its operator's business.
        wait_until(lambda: "it said goodbye" in b.log(), 5, "b heard the goodbye")
        wait_until(lambda: all(peer["direction"] == "in" for peer in a.api.peers()), 5,
                   "a does not dial again")

    def test_all_together(self):
        grapes = self.grapes()
        a = self.hybrid("a", grapes, DISCOVERY_MDNS="true").start()
        b = self.hybrid("b", grapes, DISCOVERY_MDNS="true", BOOTSTRAP_PEERS=a.address).start()
        c = self.hybrid("c", grapes, DISCOVERY_MDNS="true", BOOTSTRAP_PEERS=a.address).start()
        self.scene.wait_connected([a, b, c])
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: in_book(c, resting), 5, "c shows the order")
        # A source may be slower than the others and find what is connected already.
        wait_until(lambda: c.api.sources()["grenache"]["found"] > 0, 15, "the Grape was heard")

    def test_none_at_all(self):
        a = self.scene.node("a").start()
        self.assertEqual(a.log().count(ALONE), 1)
        resting = a.api.place(PRODUCT, "sell", 5, "100.00")
        self.assertTrue(in_book(a, resting))
        self.assertEqual(a.api.peers(), [])


class NeighboursTest(case.SceneCase):
    """Hosts on one network, nodes with no configuration but their own place."""

    def setUp(self):
        super().setUp()
        try:
            self.network = Network(3)
        except Unavailable as why:
            raise unittest.SkipTest(str(why)) from why
        self.addCleanup(self.network.close)

    def start(self, host, name):
        node = self.scene.node(name, P2P_HOST="0.0.0.0", DISCOVERY_MDNS="true")
        with host.inside():
            return node.start()

    def test_nodes_find_each_other_and_are_seen_by_another_stack(self):
        hosts = self.network.hosts
        nodes = [self.start(host, name) for host, name in zip(hosts[:2], "ab")]
        for host, node in zip(hosts, nodes):
            with host.inside():
                wait_until(lambda node=node: len(node.api.peers()) == 1, 15,
                           f"{node.name} has found its neighbour")
        with hosts[0].inside():
            first = nodes[0].api.sources()["mdns"]["first_connection_ms"]
            a_id = nodes[0].id()
            resting = nodes[0].api.place(PRODUCT, "sell", 10, "100.00")
        with hosts[1].inside():
            print("\n  mdns: first peer after ms (-1: was dialled):", first,
                  nodes[1].api.sources()["mdns"]["first_connection_ms"])
            wait_until(lambda: in_book(nodes[1], resting), 5, "b shows the order")
            taken = final(nodes[1],
                          nodes[1].api.place(PRODUCT, "buy", 4, "100.00", time_in_force="IOC"))
            self.assertEqual(taken["filled_size"], "4")
        with Witness(hosts[2]) as witness:
            wait_until(lambda: len(witness.browse()) >= 2, 20, "avahi-browse shows both")
            services = witness.browse()
            mine = [one for one in services if one.txt.get("id") == a_id]
            self.assertTrue(mine, services)
            self.assertEqual(mine[0].port, nodes[0].p2p_port)
            with hosts[0].inside():
                nodes[0].stop()
            wait_until(lambda: all(one.txt.get("id") != a_id for one in witness.browse()), 20,
                       "the goodbye was heard")


if __name__ == "__main__":
    case.main()
