#!/usr/bin/env python3
"""Bad input of every kind to a running node: it must stay well, and its book as it was."""

import http.client
import json
import socket
import struct
import time

from lib import case, frames
from lib.node import PRODUCT
from lib.waiting import PATIENCE, Refused, wait_until

BEFORE_HANDSHAKE_MAX = 16 * 1024
BASIC_FRAME_MAX = 1024 * 1024
BODY_MAX = 64 * 1024
HEADERS_MAX = 8 * 1024


class RunningNodeCase(case.SceneCase):
    """A node with orders in its book, which must be as it was after every attack."""

    def setUp(self):
        super().setUp()
        self.node = self.scene.node("a").start()
        self.node.api.place(PRODUCT, "buy", 5, "99.00")
        self.node.api.place(PRODUCT, "sell", 5, "101.00")
        self.book = self.rows()

    def rows(self):
        book = self.node.api.book(PRODUCT)
        return book["bids"], book["asks"], book["digest"], book["sequence"], book["indications"]

    def check_well(self, what):
        self.assertTrue(self.node.running(), f"{what}: {self.node.last_line()}")
        self.assertEqual(self.rows(), self.book, what)
        self.assertTrue(self.node.api.healthy(), what)


class PeerPortTest(RunningNodeCase):
    def wire(self):
        wire = frames.Wire(self.node.p2p_port)
        self.addCleanup(wire.close)
        return wire

    def open_wire(self):
        wire = self.wire()
        wire.send(frames.frame(frames.handshake()))
        self.assertEqual(wire.receive()["type"], "handshake")
        wire.send(frames.frame(frames.message("handshake_ack")))
        return wire

    def check_refused(self, what, data, after_handshake, code=None):
        """The node says an error, or nothing, and closes; it does not wait for more."""
        wire = self.open_wire() if after_handshake else self.wire()
        wire.send(data)
        errors = [said for said in wire.receive_all() if said["type"] == "error"]
        if code:
            self.assertEqual([said["error"]["code"] for said in errors], [code], what)
            self.assertTrue(errors[0]["error"]["message"], what)
        wire.close()
        self.check_well(what)

    def test_bad_frames(self):
        too_large = "MESSAGE_TOO_LARGE"
        bad = "INVALID_MESSAGE"
        for after, limit in ((False, BEFORE_HANDSHAKE_MAX), (True, BASIC_FRAME_MAX)):
            rows = [
                ("length 4 GiB - 1", struct.pack(">I", 0xFFFFFFFF), too_large),
                ("length with the highest bit", struct.pack(">I", 0x80000000), too_large),
                ("length limit + 1", struct.pack(">I", limit + 1), too_large),
                ("length 0", struct.pack(">I", 0), None),
                ("no JSON", frames.frame(b"\x00\x01\x02garbage"), bad),
                ("not UTF-8", frames.frame(
                    b'{"type":"heartbeat","nodeId":"\xff\xfe","timestamp":1}'), bad),
                ("half a UTF-8 sequence", frames.frame(b'{"type":"\xe2\x82'), bad),
                ("deep arrays", frames.frame(b"[" * 8000 + b"]" * 8000), bad),
                ("deep objects", frames.frame(b'{"a":' * 2000 + b"1" + b"}" * 2000), bad),
                ("an array", frames.frame(b"[]"), bad),
                ("a number", frames.frame(b"1"), bad),
                ("two objects", frames.frame(b"{}{}"), bad),
                ("repeated members", frames.frame(
                    b'{"type":"heartbeat","type":"order","nodeId":"x","timestamp":1}'), bad),
                ("a number of many digits", frames.frame(
                    b'{"type":"heartbeat","nodeId":"x","timestamp":' + b"9" * 5000 + b"}"), bad),
                ("many members", frames.frame(
                    b"{" + b",".join(b'"m%d":1' % n for n in range(1000)) + b"}"), bad),
                ("an HTTP request", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", too_large),
                ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 600,
                 too_large)]
            for what, data, code in rows:
                what = f"{what}, {'after' if after else 'before'} the handshake"
                with self.subTest(what):
                    self.check_refused(what, data, after, code)

    def test_wrong_types_before_the_handshake(self):
        good = frames.handshake()
        rows = [
            ("unknown type", {**good, "type": "hello"}),
            ("type is a number", {**good, "type": 7}),
            ("no type", {k: v for k, v in good.items() if k != "type"}),
            ("no nodeId", {k: v for k, v in good.items() if k != "nodeId"}),
            ("nodeId is a number", {**good, "nodeId": 7}),
            ("nodeId is long", {**good, "nodeId": "x" * 5000}),
            ("timestamp is a text", {**good, "timestamp": "now"}),
            ("timestamp is zero", {**good, "timestamp": 0}),
            ("version is a number", {**good, "version": 1}),
            ("port is a text", {**good, "port": "3000"}),
            ("port is negative", {**good, "port": -1}),
            ("port is too large", {**good, "port": 70000}),
            ("heartbeat comes first", frames.message("heartbeat")),
            ("order comes first", frames.message("order", order={})),
            ("identity without proof", {**good, "syrah": {"id": "00" * 32}}),
            ("identity of wrong types", {**good, "syrah": {"id": 1, "nonce": [], "network": {}}}),
            ("identity is a list", {**good, "syrah": []})]
        for what, content in rows:
            with self.subTest(what):
                self.check_refused(what, frames.frame(content), False)

    def test_wrong_types_after_the_handshake(self):
        order = {"id": "x", "side": "buy", "amount": "1", "price": "100", "pair": "AAPL/USD"}
        rows = [
            ("unknown type", frames.message("gossip")),
            ("a second handshake", frames.handshake()),
            ("feed entries from a basic peer", frames.message("feed_batch", batch={})),
            ("a feed request from a basic peer",
             frames.message("feed_request", home="x", **{"from": 1})),
            ("order is a text", frames.message("order", order="x")),
            ("order without id", frames.message("order", order={**order, "id": ""})),
            ("side is strange", frames.message("order", order={**order, "side": "hold"})),
            ("amount is an object", frames.message("order", order={**order, "amount": {}})),
            ("price is negative", frames.message("order", order={**order, "price": "-1"})),
            ("price in exponents", frames.message("order", order={**order, "price": "1e300"})),
            ("peers is a text", frames.message("peer_exchange", peers="x")),
            ("cancel of nothing", frames.message("cancel_order")),
            ("timestamp is zero", {**frames.message("heartbeat"), "timestamp": 0})]
        for what, content in rows:
            with self.subTest(what):
                self.check_refused(what, frames.frame(content), True)

    def test_a_slow_handshake_does_not_hold_its_place(self):
        wire = self.wire()
        data = frames.frame(frames.handshake())
        begin = time.monotonic()
        # A byte now and then, as long as the node takes them.
        def closed():
            nonlocal data
            wire.send(data[:1])
            data = data[1:] or b"x"
            wire.socket.settimeout(0.2)
            try:
                return wire.socket.recv(4096) == b""
            except TimeoutError:
                return False
            except ConnectionError:
                return True
        wait_until(closed, 12, "the node ends the slow connection")
        self.assertLess(time.monotonic() - begin, 12 * PATIENCE)
        self.check_well("a slow connection")

    def test_many_silent_connections_leave_room_for_an_honest_one(self):
        wires = [self.wire() for _ in range(100)]
        self.check_well("a hundred silent connections")
        for wire in wires:
            wire.close()
        def admitted():
            wire = frames.Wire(self.node.p2p_port)
            wire.send(frames.frame(frames.handshake()))
            answer = wire.receive()
            wire.close()
            return answer is not None and answer["type"] == "handshake"
        wait_until(admitted, 10, "an honest peer gets in", 0.1)
        self.check_well("after the silent connections")

    def test_a_peer_that_never_reads_is_dropped(self):
        wire = self.open_wire()
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        question = frames.frame(frames.message("heartbeat", pad="x" * 60)) * 200
        wire.socket.settimeout(1)
        def dropped():
            try:
                wire.socket.sendall(question)
            except TimeoutError:
                pass
            except OSError:
                return True
            return self.node.api.node()["peers"] == 0
        wait_until(dropped, 30, "the peer is dropped")
        self.check_well("a peer that never reads")


class ApiTest(RunningNodeCase):
    def check_status(self, what, wanted, call):
        try:
            call()
            self.fail(f"{what}: was accepted")
        except Refused as refused:
            self.assertEqual(refused.status, wanted, f"{what}: {refused}")
            self.assertTrue(refused.message, what)
        self.check_well(what)

    def test_orders_that_cannot_be(self):
        place = self.node.api.place
        rows = [
            ("unknown instrument", 404, lambda: place("DOGE-USD", "buy", 1, "1.00")),
            ("price off tick", 400, lambda: place(PRODUCT, "buy", 1, "98.005")),
            ("quantity off lot", 400, lambda: place(PRODUCT, "buy", "0.5", "98.00")),
            ("price beyond range", 400, lambda: place(PRODUCT, "buy", 1, "9" * 30)),
            ("quantity beyond range", 400, lambda: place(PRODUCT, "buy", "9" * 30, "98.00")),
            ("price zero", 400, lambda: place(PRODUCT, "buy", 1, "0")),
            ("price negative", 400, lambda: place(PRODUCT, "buy", 1, "-1")),
            ("quantity zero", 400, lambda: place(PRODUCT, "buy", 0, "98.00")),
            ("price in words", 400, lambda: place(PRODUCT, "buy", 1, "ninety")),
            ("price in exponents", 400, lambda: place(PRODUCT, "buy", 1, "1e2")),
            ("side unknown", 400, lambda: place(PRODUCT, "hold", 1, "98.00")),
            ("unknown member", 400, lambda: place(PRODUCT, "buy", 1, "98.00", colour="red")),
            ("tif unknown", 400, lambda: place(PRODUCT, "buy", 1, "98.00", time_in_force="XXX")),
            ("expired", 400, lambda: place(PRODUCT, "buy", 1, "98.00", time_in_force="GTT",
                                           expire_time="2001-01-01T00:00:00Z")),
            ("post-only IOC", 400, lambda: place(PRODUCT, "buy", 1, "98.00", post_only=True,
                                                 time_in_force="IOC")),
            ("long client id", 400, lambda: place(PRODUCT, "buy", 1, "98.00",
                                                  client_oid="x" * 65)),
            ("stop order", 400, lambda: place(PRODUCT, "buy", 1, "98.00", stop="loss"))]
        for what, status, call in rows:
            with self.subTest(what):
                self.check_status(what, status, call)

    def test_a_client_id_is_one_order(self):
        api = self.node.api
        first = api.place(PRODUCT, "buy", 1, "98.00", client_oid="mine")
        again = api.place(PRODUCT, "buy", 1, "98.00", client_oid="mine")
        self.assertEqual(again["id"], first["id"])
        self.book = self.rows()
        self.check_status("the same id for other terms", 409,
                          lambda: api.place(PRODUCT, "buy", 2, "98.00", client_oid="mine"))

    def test_orders_of_nobody(self):
        api = self.node.api
        rows = [
            ("no such order", 404, lambda: api.cancel("00000000-0000-0000-0000-000000000001")),
            ("no id at all", 400, lambda: api.cancel("xyz")),
            ("replace without terms", 400, lambda: api.replace(self.book[0][0][2])),
            ("nothing there", 404, lambda: api.call("GET", "/nothing")),
            ("level", 400, lambda: api.call("GET", f"/products/{PRODUCT}/book?level=9")),
            ("limit", 400, lambda: api.call("GET", f"/products/{PRODUCT}/trades?limit=-1")),
            ("a peer's address", 400, lambda: api.call("POST", "/node/peers",
                                                       {"address": "nowhere"}, signed=True))]
        for what, status, call in rows:
            with self.subTest(what):
                self.check_status(what, status, call)
        status, headers, _ = api.exchange("PATCH", "/orders")
        self.assertEqual(status, 405)
        self.assertIn("POST", headers["Allow"])

    def test_signatures(self):
        api = self.node.api
        body = json.dumps({"product_id": PRODUCT, "side": "buy", "size": "1",
                           "price": "98.00"}).encode()
        good = api.key().headers("POST", "/orders", body)
        old = api.key().headers("POST", "/orders", body, timestamp=f"{time.time() - 3600:.3f}")
        rows = [("unsigned", {}),
                ("wrong secret", api.key().headers("POST", "/orders", body, secret=b"x" * 32)),
                ("signed for another target", api.key().headers("POST", "/other", body)),
                ("signed for another body", api.key().headers("POST", "/orders", body + b" ")),
                ("an hour old", old),
                ("timestamp in words", {**good, "CB-ACCESS-TIMESTAMP": "now"}),
                ("another key", {**good, "CB-ACCESS-KEY": "0" * 32}),
                ("another passphrase", {**good, "CB-ACCESS-PASSPHRASE": "open sesame"}),
                ("no Base64", {**good, "CB-ACCESS-SIGN": "%%%"}),
                ("no signature", {k: v for k, v in good.items() if k != "CB-ACCESS-SIGN"})]
        for what, headers in rows:
            with self.subTest(what):
                status, _, text = api.exchange("POST", "/orders", body, headers)
                self.assertEqual(status, 401, text)
                self.assertTrue(json.loads(text)["message"])
                self.check_well(what)

    def test_bodies_and_headers_beyond_all_bounds(self):
        api = self.node.api

        def signed(body):
            return api.exchange("POST", "/orders", body, api.key().headers("POST", "/orders", body))
        for what, body in (("no JSON", b"x"), ("an array", b"[]"),
                           ("not UTF-8", b'{"side":"\xff"}'), ("deep", b"[" * 20000),
                           ("nothing", b""),
                           ("repeated members", b'{"side":"buy","side":"sell"}')):
            with self.subTest(what):
                status, _, text = signed(body)
                self.assertEqual(status, 400, text)
                self.check_well(what)
        for what, size in (("just over the limit", BODY_MAX + 1), ("8 MiB", 8 << 20)):
            with self.subTest(what):
                self.assertIn(self.raw_status(b"POST /orders HTTP/1.1\r\nHost: localhost\r\n"
                                              b"Content-Length: %d\r\n\r\n" % size, b"x" * size),
                              (413, None))
                self.check_well(what)
        for what, head in (("a huge header", b"X-Pad: " + b"y" * (HEADERS_MAX + 1)),
                           ("many headers", b"\r\n".join(b"X-%d: y" % n for n in range(5000)))):
            with self.subTest(what):
                self.assertIn(self.raw_status(b"GET /time HTTP/1.1\r\nHost: localhost\r\n" + head +
                                              b"\r\n\r\n"), (431, 400, None))
                self.check_well(what)
        self.assertIn(self.raw_status(b"GET /" + b"a" * 5000 +
                                      b" HTTP/1.1\r\nHost: localhost\r\n\r\n"), (414, None))
        self.check_well("a long target")

    def test_no_http_at_all(self):
        for what, data in (("garbage", b"\x00\xff" * 500), ("a frame", frames.frame(b"{}")),
                           ("no host", b"GET /time HTTP/1.1\r\n\r\n"),
                           ("two lengths", b"POST /orders HTTP/1.1\r\nHost: localhost\r\n"
                            b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc"),
                           ("length is negative", b"POST /orders HTTP/1.1\r\nHost: localhost\r\n"
                            b"Content-Length: -5\r\n\r\n"),
                           ("another site's host",
                            b"GET /time HTTP/1.1\r\nHost: evil.example\r\n\r\n")):
            with self.subTest(what):
                self.assertNotIn(self.raw_status(data), range(200, 300))
                self.check_well(what)

    def raw_status(self, *parts):
        """The status of the answer; None if the connection was ended without one."""
        with socket.create_connection(("127.0.0.1", self.node.api_port), timeout=10) as wire:
            wire.settimeout(15 * PATIENCE)
            try:
                for part in parts:
                    wire.sendall(part)
            except OSError:
                pass  # it answered before it had read all
            answer = http.client.HTTPResponse(wire)
            try:
                answer.begin()
                return answer.status
            except (OSError, http.client.HTTPException):
                return None


if __name__ == "__main__":
    case.main()
