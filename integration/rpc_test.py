#!/usr/bin/env python3
"""Grenache RPC between a node and the JavaScript of both generations, as client and as server."""

import http.client
import json
import uuid

from lib import case, js
from lib.grenache_case import LEGACY_SERVICE, GrenacheCase
from lib.market import indications
from lib.node import PRODUCT
from lib.waiting import wait_until

OLD_NAME = "0b5c1d38-6f4f-4a0e-9a3b-1c5d3a2b4c5d"


def order(**changes):
    return {"id": str(uuid.uuid4()), "timestamp": 1795224209118, "status": "pending",
            "userId": "user_abc", "side": "buy", "amount": "3", "price": "99.5",
            "pair": "AAPL/USD", **changes}


def message(payload, sender=OLD_NAME):
    return {"id": str(uuid.uuid4()), "type": "order", "fromNode": sender, "payload": payload,
            "vectorClock": {sender: 1}, "timestamp": 1795224209123}


class ServerTest(GrenacheCase):
    """The node answers."""

    def setUp(self):
        super().setUp()
        self.grape = self.grapes(1)
        self.node = self.legacy("a", self.grape).start()
        # What a client calls by other names reaches the node, too.
        for name in (LEGACY_SERVICE, "another_service"):
            wait_until(lambda name=name: self.grape[0].announce(name, self.node.p2p_port), 10,
                       "the node is announced")

    def test_clients_of_both_generations(self):
        for generation in js.GENERATIONS:
            with self.subTest(generation):
                self.check_client(self.caller(generation, self.grape[0]))

    def check_client(self, caller):
        result = self.check_order(caller, "99.25")
        self.check_order(caller, "99.50", compress=True)
        told = message(order(), sender=result["nodeId"])
        self.assertEqual(caller.call(LEGACY_SERVICE, told),
                         (None, {"success": True, "message": "Ignored self message"}))
        _, result = caller.call(LEGACY_SERVICE, {"action": "ping"})
        self.assertTrue(result["success"], "another program's message is no error")
        shown = indications(self.node)
        for bad in (order(price="-1"), order(pair="?"), order(amount="1e9")):
            error, result = caller.call(LEGACY_SERVICE, message(bad))
            self.assertIn("ERR_REQUEST_GENERIC", error or "", (bad, result))
        for shape in (7, "text", [], [[[]]], {}, {"type": "order"}, None, message("text"),
                      message(None)):
            error, result = caller.call(LEGACY_SERVICE, shape)
            self.assertTrue(error or result["success"], (shape, error, result))
        error, _ = caller.call("another_service", {"a": 1})
        self.assertTrue(error)
        error, _ = caller.call(LEGACY_SERVICE, "x" * 600 * 1024)
        self.assertTrue(error)
        self.assertEqual(indications(self.node), shown)
        self.check_order(caller, "99.75")

    def check_order(self, caller, price, **how):
        before = len(indications(self.node))
        error, result = caller.call(LEGACY_SERVICE, message(order(price=price)), **how)
        self.assertIsNone(error)
        self.assertEqual((result["success"], result["message"]), (True, "Message processed"))
        shown = [(row["price"], row["size"], row["peer"]) for row in indications(self.node)]
        self.assertEqual(len(shown), before + 1)
        self.assertIn((price, "3", OLD_NAME), shown)
        return result

    def test_what_is_no_request(self):
        bodies = [b"", b"null", b"7", b"{}", b"[]", b"[1,2,3]", b"[\"rid\"]", b"\xff\xfe",
                  b"[" * 10_000, b'["rid","p2p_exchange"]', b'["' + b"r" * 1000 + b'","k",1]']
        for body in bodies:
            status, answer = self.post(body)
            self.assertEqual(status, 200, body[:40])
            self.assertEqual(len(json.loads(answer)), 3, body[:40])
            self.assertTrue(json.loads(answer)[1], body[:40])
        try:
            status, _ = self.post(b"x" * 600 * 1024)
            self.assertEqual(status, 413)
        except ConnectionError:
            pass  # it need not read all of what is too long
        self.assertTrue(self.node.api.healthy())
        self.assertEqual(indications(self.node), [])

    def post(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.node.p2p_port, timeout=10)
        try:
            connection.request("POST", "/", body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class ClientTest(GrenacheCase):
    """The node asks."""

    def test_servers_of_both_generations_good_and_bad(self):
        grape = self.grapes(1)
        kinds = [("grenache-0.7", "processed"), ("grenache-1.0", "long"), ("grenache-0.7", "error"),
                 ("grenache-1.0", "silent")]
        servers = [self.old_node(generation, grape[0], answers) for generation, answers in kinds]
        node = self.legacy("a", grape).start()
        wait_until(lambda: len(grape[0].lookup(LEGACY_SERVICE)) == 5, 10, "all are announced")
        self.assertEqual(self.counts(node), (0, 0))
        node.api.place(PRODUCT, "sell", 5, "100.00")
        for server, kind in zip(servers, kinds):
            wait_until(lambda server=server: server.heard("order"), 15, f"{kind} is told")
            self.assertEqual([(told["side"], told["amount"]) for told in server.heard("order")],
                             [("sell", "5")])
        # One does not answer, which takes 5 s to be known.
        wait_until(lambda: self.counts(node) == (2, 2), 10, "two answered well, two did not")
        node.api.place(PRODUCT, "sell", 6, "101.00")
        wait_until(lambda: len(servers[0].heard("order")) == 2, 2, "the next order is told")
        servers[0].end()
        node.api.place(PRODUCT, "sell", 7, "102.00")
        wait_until(lambda: len(servers[1].heard("order")) == 3, 2, "the others are told")

    def counts(self, node):
        counts = node.api.grenache()
        return counts["old_nodes_told"], counts["old_nodes_failed"]


if __name__ == "__main__":
    case.main()
