#!/usr/bin/env python3
"""A node in conversation with peers that speak the basic dialect only."""

from lib import case, frames, journal
from lib.market import indications
from lib.node import PRODUCT
from lib.waiting import wait_until


class BasicPeerTest(case.SceneCase):
    def node(self, **environment):
        return self.scene.node("a", **environment).start()

    def peer(self, name="a-basic-peer"):
        peer = frames.BasicPeer(name)
        self.addCleanup(peer.close)
        return peer

    def wire(self, node):
        wire = frames.Wire(node.p2p_port)
        self.addCleanup(wire.close)
        return wire

    def opened(self, peer):
        self.assertTrue(peer.open.wait(15), "no handshake came")
        return peer

    def test_who_dials_is_answered_by_a_handshake_and_no_ack(self):
        node = self.node()
        peer = self.opened(self.peer().dial(node.p2p_port))
        answer = peer.of("handshake")[0]
        self.assertEqual(answer["version"], "1.0.0")
        self.assertEqual(answer["port"], node.p2p_port)
        self.assertTrue(answer["capabilities"]["supportsOrderMatching"])
        wait_until(lambda: node.api.node()["peers"] == 1, 5, "the peer is counted")
        self.assertEqual(node.api.peers()[0]["dialect"], "basic")
        self.assertEqual(peer.of("handshake_ack"), [])
        self.check_strict(node, peer)

    def test_who_is_dialled_gets_handshake_and_ack(self):
        port = self.scene.ports.take()
        peer = self.peer().listen(port)
        node = self.node(BOOTSTRAP_PEERS=f"127.0.0.1:{port}")
        self.opened(peer)
        wait_until(lambda: peer.of("handshake_ack"), 5, "the ack")
        self.assertEqual([received["type"] for received in peer.heard[:2]],
                         ["handshake", "handshake_ack"])
        wait_until(lambda: node.api.node()["peers"] == 1, 5, "the peer is counted")
        peer.order("x-1", "sell", "3", "101.50")
        wait_until(lambda: indications(node), 5, "its order is shown")
        self.check_strict(node, peer)

    def check_strict(self, node, peer):
        """Whatever happens at the node, a strict old peer hears nothing that it would drop."""
        other = self.scene.node("b", peers=[node]).start()
        wait_until(lambda: len(node.api.peers()) == 2, 10, "both peers are there")
        maker = node.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: other.api.book(PRODUCT)["asks"], 5, "b shows the order")
        other.api.place(PRODUCT, "buy", 4, "100.00", time_in_force="IOC")
        wait_until(lambda: node.api.order(maker["id"])["filled_size"] == "4", 5, "the trade")
        wait_until(lambda: [order["order"]["amount"] for order in peer.of("order")][-1:] == ["6"],
                   5, "the peer is told what remains")
        node.api.cancel(maker["id"])
        wait_until(lambda: peer.of("cancel_order"), 5, "the peer is told of the cancel")
        told = peer.of("order")[0]["order"]
        self.assertEqual((told["side"], told["price"], told["pair"]),
                         ("sell", "100.00", "AAPL/USD"))
        self.assertEqual(peer.of("cancel_order")[-1]["orderId"], told["id"])
        peer.say("heartbeat")
        peer.say("peer_exchange_request")
        peer.say("orderbook_sync_request")
        wait_until(lambda: peer.of("heartbeat_ack"), 5, "the heartbeat is answered")
        wait_until(lambda: peer.of("peer_exchange"), 5, "addresses are told")
        self.assertFalse(peer.closed.is_set())
        self.assertEqual(peer.complaints, [])
        status, _ = node.stop()
        self.assertEqual(status, 0)
        self.assertTrue(peer.closed.wait(5))
        self.assertEqual(peer.complaints, [])

    def test_orders_are_shown_apart_from_the_firm_book_and_not_traded(self):
        node = self.node()
        peer = self.opened(self.peer().dial(node.p2p_port))
        node.api.place(PRODUCT, "buy", 5, "100.00")
        digest = node.digest()
        peer.order("x-1", "sell", "3", "99.00")  # would cross
        shown = wait_until(lambda: indications(node), 5, "the order is shown")
        self.assertEqual([(row["id"], row["side"], row["price"], row["size"]) for row in shown],
                         [("x-1", "sell", "99.00", "3")])
        self.assertEqual(node.digest(), digest)
        self.assertEqual(node.api.fills(), [])
        peer.say("cancel_order", orderId="x-1")
        wait_until(lambda: not indications(node), 5, "the cancel takes it away")
        peer.order("x-2", "sell", "3", "101.00")
        wait_until(lambda: indications(node), 5, "the next order is shown")
        peer.close()
        wait_until(lambda: not indications(node), 5, "orders go with their peer")

    def test_bad_orders_are_not_shown_and_end_nothing(self):
        node = self.node()
        peer = self.opened(self.peer().dial(node.p2p_port))
        peer.order("x-1", "sell", "3", "99.001")  # off tick
        peer.order("x-2", "sell", "0.5", "99.00")  # off lot
        peer.order("x-3", "sell", "3", "99.00", pair="DOGE/USD")
        peer.order("x-4", "sell", "0", "99.00")
        peer.order("x-5", "sell", "3", "99.00")
        wait_until(lambda: indications(node), 5, "the good order is shown")
        self.assertEqual([row["id"] for row in indications(node)], ["x-5"])
        self.assertFalse(peer.closed.is_set())

    def test_mode_trade_fills_and_marks_the_trade_as_unconfirmed(self):
        node = self.node(BASIC_PEERS="trade")
        peer = self.opened(self.peer().dial(node.p2p_port))
        mine = node.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: peer.of("order"), 5, "the order is announced")
        peer.order("x-1", "buy", "4", "100.50")
        trade = wait_until(lambda: peer.of("trade"), 5, "the trade is broadcast")[0]["trade"]
        self.assertEqual((trade["amount"], trade["price"], trade["buyOrderId"]),
                         ("4", "100.00", "x-1"))
        self.assertEqual(trade["sellOrderId"], peer.of("order")[0]["order"]["id"])
        self.assertEqual(node.api.order(mine["id"])["remaining_size"], "6")
        node.stop()
        connection = journal.open_journal(node.journal)
        rows = connection.execute("SELECT quantity, side FROM unconfirmed_trades").fetchall()
        connection.close()
        self.assertEqual([tuple(row) for row in rows], [(4, "sell")])

    def test_who_comes_hears_of_the_orders_that_there_are_then_and_may_fill_them(self):
        node = self.node(BASIC_PEERS="trade")
        first = node.api.place(PRODUCT, "sell", 10, "100.00")
        kept = node.api.place(PRODUCT, "sell", 5, "101.00")
        peer = self.opened(self.peer().dial(node.p2p_port))
        wait_until(lambda: len(peer.of("order")) == 2, 5, "both orders are announced")
        peer.close()
        wait_until(lambda: not node.api.peers(), 5, "the peer is gone")
        node.api.cancel(first["id"])
        node.api.place(PRODUCT, "sell", 7, "102.00")
        again = self.opened(self.peer().dial(node.p2p_port))
        wait_until(lambda: len(again.of("order")) == 2, 5, "the orders of now are announced")
        self.assertEqual(sorted(order["order"]["amount"] for order in again.of("order")),
                         ["5", "7"])
        again.order("x-1", "buy", "5", "101.00")
        wait_until(lambda: again.of("trade"), 5, "the trade is broadcast")
        self.assertEqual(node.api.order(kept["id"])["status"], "done")

    def test_mode_refuse_ends_the_connection_with_an_error(self):
        node = self.node(BASIC_PEERS="refuse")
        wire = self.wire(node)
        wire.send(frames.frame(frames.handshake()))
        said = wire.receive_all()
        self.assertEqual([received["type"] for received in said], ["error"])
        self.assertEqual(said[0]["error"]["code"], "AUTHENTICATION_FAILED")
        self.assertEqual(node.api.node()["peers"], 0)

    def test_another_version_is_refused_by_name(self):
        node = self.node()
        wire = self.wire(node)
        wire.send(frames.frame({**frames.handshake(), "version": "2.0.0"}))
        said = wire.receive_all()
        self.assertEqual([received["error"]["code"] for received in said],
                         ["PROTOCOL_VERSION_MISMATCH"])

    def test_the_documents_spelling_is_understood_and_spoken(self):
        node = self.node()
        wire = self.wire(node)
        wire.send(frames.frame({**frames.handshake("old"),
                                "capabilities": ["order", "trade", "peerexchange"]}))
        answer = wire.receive()
        self.assertEqual(answer["type"], "handshake")
        self.assertIsInstance(answer["capabilities"], list)
        wire.send(frames.frame(frames.message("handshake_ack", "old")))
        wire.send(frames.frame({
            "type": "order", "from": "old", "to": "all", "timestamp": frames.now_ms(),
            "payload": {"id": "e-1", "userId": "u", "side": "buy", "amount": "2",
                        "price": "98.00", "pair": "AAPL/USD", "timestamp": frames.now_ms(),
                        "status": "pending"}}))
        shown = wait_until(lambda: indications(node), 5, "the order in its envelope is shown")
        self.assertEqual(shown[0]["id"], "e-1")


if __name__ == "__main__":
    case.main()
