#!/usr/bin/env python3
"""Hybrid nodes: Grapes help them to find each other, and nothing hurts when they do not."""

import os
import time
import unittest

from lib import case
from lib.grapes import Grape
from lib.grenache_case import GrenacheCase
from lib.market import asks, final, in_book
from lib.namespaces import Network, Unavailable
from lib.node import PRODUCT
from lib.traders import Load
from lib.waiting import wait_until

UNREACHABLE = "Grapes cannot be reached"
AGAIN = "Grapes answer again"


def warnings(node):
    return [line for line in node.log().splitlines() if "warning" in line]


def route_to(node, other_id):
    return next((peer["route"] for peer in node.api.peers() if peer["id"] == other_id), None)


class GrapesTest(GrenacheCase):
    def start(self, grapes, *names, **environment):
        return [self.hybrid(name, grapes, **environment).start() for name in names]

    def trade(self, maker, taker, nodes, price="100.00"):
        resting = maker.api.place(PRODUCT, "sell", 10, price)
        wait_until(lambda: in_book(taker, resting), 5, "the taker shows the order")
        taken = final(taker, taker.api.place(PRODUCT, "buy", 4, price, time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "4")
        self.scene.wait_settled(nodes)

    def test_three_nodes_find_each_other_and_trade(self):
        nodes = self.start(self.grapes(), "a", "b", "c")
        self.scene.wait_connected(nodes)
        for node in nodes:
            self.assertEqual(set(self.routes(node)), {"direct"})
            self.assertTrue({peer["source"] for peer in node.api.peers()}
                            <= {"grenache", "inbound", "exchange"})
        firsts = [node.api.sources()["grenache"]["first_connection_ms"] for node in nodes]
        self.assertTrue(any(first >= 0 for first in firsts), firsts)
        print(f"\n  ms from start to the first peer through Grapes (-1: was dialled): {firsts}")
        self.trade(nodes[0], nodes[2], nodes)
        self.assertEqual(self.check(nodes).cross_home_trades, 1)

    def test_grapes_come_and_go_while_orders_flow(self):
        grapes = self.grapes()
        nodes = self.start(grapes, "a", "b", "c")
        self.scene.wait_connected(nodes)
        load = Load(nodes, 1, each=1)
        wait_until(lambda: load.count() > 30, 20, "the traders trade")
        grapes.kill()
        for node in nodes:
            wait_until(lambda node=node: UNREACHABLE in node.log(), 15, f"{node.name} says so")
        before = load.count()
        wait_until(lambda: load.count() > before + 30, 20, "the traders trade on")
        grapes.start()
        nodes += self.start(grapes, "d")
        self.scene.wait_connected(nodes, seconds=25)
        for node in nodes[:3]:
            wait_until(lambda node=node: AGAIN in node.log(), 20, f"{node.name} says so")
        load.stop()
        self.scene.wait_settled(nodes)
        self.assertGreater(self.check(nodes, load).cross_home_trades, 0)
        for node in nodes[:3]:
            self.assertEqual(len(warnings(node)), 1, warnings(node))
            self.assertEqual(node.log().count(AGAIN), 1)

    def test_one_of_two_grapes_is_enough(self):
        grapes = self.grapes()
        a, = self.start(grapes, "a")
        grapes[0].kill()
        b, = self.start(grapes, "b")
        self.scene.wait_connected([a, b], seconds=25)
        self.trade(a, b, [a, b])

    def test_a_legacy_node_and_a_hybrid_one_meet_by_the_route_grenache(self):
        grapes = self.grapes(1)
        a, = self.start(grapes, "a")
        b = self.legacy("b", grapes).start()
        self.scene.wait_connected([a, b], seconds=20)
        self.assertEqual((self.routes(a), self.routes(b)), (["grenache"], ["grenache"]))
        self.trade(a, b, [a, b])
        self.trade(b, a, [a, b], "99.00")
        self.assertEqual(self.check([a, b]).cross_home_trades, 2)

    def test_what_an_idle_node_costs(self):
        nodes = self.start(self.grapes(), "a", "b", "c")
        self.scene.wait_connected(nodes)
        self.scene.wait_settled(nodes)

        def spent():
            with open(f"/proc/{nodes[0].process.pid}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            peers = nodes[0].api.peers()
            counts = nodes[0].api.grenache()
            asked = sum(count for name, count in counts.items() if name.startswith("grape_"))
            return time.monotonic(), cpu, sum(peer["messages_out"] for peer in peers), asked

        begin = spent()
        wait_until(lambda: time.monotonic() - begin[0] >= 10, 20, "10 s are over", 0.5)
        seconds, cpu, messages, asked = (now - then for now, then in zip(spent(), begin))
        minute = 60 / seconds
        print(f"\n  an idle minute with two peers: {messages * minute:.0f} messages sent, "
              f"{asked * minute:.0f} questions to Grapes, {cpu * minute:.2f} s of CPU")
        self.assertLess(cpu * minute, 1.2)
        self.assertLess(messages * minute, 300)
        self.assertLess(asked * minute, 120)


class BadGrapesTest(GrenacheCase):
    def answers(self):
        """Bodies and statuses that are no good answer, by what is bad about them."""
        rows = {"error": (b'"All queries failed"', 200), "garbage": (b"\x00\xff{[", 200),
                "empty": (b"", 200), "null": (b"null", 200), "deep": (b"[" * 5000, 200),
                "long": (b'["' + b"x" * 100_000 + b'"]', 200),
                "status": (b"ERR_GRAPE_PAYLOAD_INVALID", 500),
                "redirect": (b"301 CAS mismatch", 301),
                "strange lists": (b'[{"a":1},7,null,"x","1:2:3",":0","127.0.0.1:0"]', 200)}
        return {name: lambda *_, answer=answer: answer for name, answer in rows.items()}

    def test_bad_answers_do_no_harm(self):
        grapes = {name: self.fake_grape(bad) for name, bad in self.answers().items()}
        urls = ",".join(grape.url for grape in grapes.values())
        good = self.fake_grape()
        lost = self.hybrid("lost", good, GRAPE_URL=urls).start()
        a = self.hybrid("a", good).start()
        # It comes to the good one through all the others.
        b = self.hybrid("b", good, GRAPE_URL=f"{urls},{good.url}").start()
        self.scene.wait_connected([a, b], seconds=20)
        for name, grape in grapes.items():
            wait_until(lambda grape=grape: grape.count("lookup"), 10, f"{name} was asked")
        for node in (lost, a, b):
            self.assertTrue(node.api.healthy(), node.name)
            self.assertEqual(node.api.place(PRODUCT, "sell", 1, "100.00")["status"], "open")
        wait_until(lambda: len(asks(a)) == 2, 5, "a shows both orders")
        self.assertEqual(lost.api.node()["peers"], 0)
        self.assertLessEqual(len(warnings(lost)), 1, warnings(lost))
        self.check([lost, a, b])

    def test_a_slow_grape_keeps_nobody_waiting(self):
        grape = self.fake_grape()

        def slow(call, argument):
            grape.sleep(2.5)
            grape.misbehave = None
            try:
                return grape.answer(call, argument)
            finally:
                grape.misbehave = slow

        grape.misbehave = slow
        a, b = (self.hybrid(name, grape).start() for name in ("a", "b"))
        wait_until(lambda: grape.count("lookup"), 5, "it is asked")
        begin = time.monotonic()
        a.api.place(PRODUCT, "sell", 1, "100.00")
        self.assertLess(time.monotonic() - begin, 1)
        self.scene.wait_connected([a, b], seconds=25)
        status, seconds = a.stop()
        self.assertEqual(status, 0)
        self.assertLess(seconds, 2)

    def test_addresses_that_lead_nowhere_or_home(self):
        grape = self.fake_grape()
        a = self.hybrid("a", grape).start()
        service = wait_until(lambda: [name for name in grape.table if ":p2p:" in name], 5,
                             "a is announced")[0]
        dead = [f"127.0.0.1:{self.scene.ports.take()}" for _ in range(5)]
        grape.table[service] |= {"0.0.0.0:3000", "127.0.0.1:0", "127.0.0.1:99999", "example.org:1",
                                 "224.0.0.1:3000", *dead, a.address}
        b = self.hybrid("b", grape, PEER_RECONNECT_INTERVAL="30000").start()
        self.scene.wait_connected([a, b], seconds=20)
        told = grape.count("lookup")
        wait_until(lambda: grape.count("lookup") > told + 4, 25, "they look up again and again")
        source = b.api.sources()["grenache"]
        # Five dead ones that wait longer after each failure, its own address, tunnels to both.
        self.assertLess(source["tried"], 40, source)
        self.assertEqual(a.api.node()["peers"], 1)
        self.assertEqual(b.api.node()["peers"], 1)


class FirewallTest(GrenacheCase):
    """Hosts of their own: a Grape that is not on the nodes' host, and ports that are closed."""

    CLOSE = """
        table inet closed {{
          chain input {{
            type filter hook input priority 0; policy accept;
            tcp dport {port} reject with tcp reset
          }}
        }}"""

    def setUp(self):
        super().setUp()
        try:
            self.network = Network(3)
        except Unavailable as why:
            raise unittest.SkipTest(str(why)) from why
        self.addCleanup(self.network.close)

    def firewall(self, host, script):
        host.run(["nft", "-f", "-"], input=script, text=True)

    def test_a_peer_behind_a_firewall_is_reached_and_later_directly(self):
        where, *hosts = self.network.hosts
        with where.inside():
            grape = Grape("grape", self.scene.folder, self.scene.ports, where.ipv4)
            self.addCleanup(grape.kill)
            grape.spawn([grape]).wait_ready()
        nodes = []
        for name, host in zip("ab", hosts):
            node = self.scene.node(name, P2P_HOST=host.ipv4, DISCOVERY_GRENACHE="true",
                                   GRAPE_URL=grape.url, GRAPE_DHT=grape.dht)
            self.firewall(host, self.CLOSE.format(port=node.p2p_port))
            with host.inside():
                nodes.append((host, node.start()))
        ids = []
        for host, node in nodes:
            with host.inside():
                ids.append(node.id())
        self.wait_route(nodes[0], ids[1], "grenache")
        self.wait_route(nodes[1], ids[0], "grenache")
        with hosts[0].inside():
            resting = nodes[0][1].api.place(PRODUCT, "sell", 10, "100.00")
        for host in hosts:
            self.firewall(host, "delete table inet closed")
        begin = time.monotonic()
        self.wait_route(nodes[0], ids[1], "direct")
        self.wait_route(nodes[1], ids[0], "direct")
        print(f"\n  direct {time.monotonic() - begin:.1f} s after it was possible")
        with hosts[1].inside():
            b = nodes[1][1]
            wait_until(lambda: in_book(b, resting), 5, "b shows the order")
            taken = final(b, b.api.place(PRODUCT, "buy", 4, "100.00", time_in_force="IOC"))
            self.assertEqual(taken["filled_size"], "4")

    def wait_route(self, place, other_id, route):
        host, node = place
        with host.inside():
            wait_until(lambda: route_to(node, other_id) == route, 30,
                       f"{node.name} has its peer by the route {route}")


if __name__ == "__main__":
    case.main()
