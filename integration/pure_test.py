#!/usr/bin/env python3
"""Nodes in the mode pure P2P never speak to a Grape, whatever the variables of Grapes say."""

import selectors
import socket

from lib import case
from lib.node import PRODUCT
from lib.traders import Load
from lib.waiting import wait_until


class Trap:
    """Listens where Grapes would, and notes who comes."""

    def __init__(self, ports):
        self._selector = selectors.DefaultSelector()
        self._server = socket.create_server(("127.0.0.1", ports.take()))
        self._selector.register(self._server, selectors.EVENT_READ)
        self._sockets = [self._server]
        for _ in range(2):
            datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            datagrams.bind(("127.0.0.1", ports.take()))
            self._selector.register(datagrams, selectors.EVENT_READ)
            self._sockets.append(datagrams)

    def environment(self):
        api, *dht = (f"127.0.0.1:{taken.getsockname()[1]}" for taken in self._sockets)
        return {"GRAPE_URL": f"http://{api}", "GRAPE_DHT": ",".join(dht)}

    def visited(self):
        """The kinds of sockets where somebody came, once each: what came waits in the kernel."""
        return {key.fileobj.type for key, _ in self._selector.select(timeout=0)}

    def close(self):
        self._selector.close()
        for each in self._sockets:
            each.close()


class PureTest(case.SceneCase):
    def trap(self):
        trap = Trap(self.scene.ports)
        self.addCleanup(trap.close)
        return trap

    def test_the_trap_catches_a_hybrid_node(self):
        trap = self.trap()
        self.scene.node("a", DISCOVERY_GRENACHE="true", **trap.environment()).start()
        wait_until(lambda: trap.visited() == {socket.SOCK_STREAM, socket.SOCK_DGRAM}, 10,
                   "both kinds are caught")

    def test_a_session_of_trading_without_a_word_to_grapes(self):
        trap = self.trap()
        nodes = self.scene.triangle(**trap.environment())
        a, b, _ = nodes
        self.assertEqual(a.api.node()["mode"], "pure")
        load = Load(nodes, 1, each=1)
        wait_until(lambda: load.count() > 60, 20, "the traders trade")
        b.kill()
        b.start()
        before = load.count()
        wait_until(lambda: load.count() > before + 60, 20, "the traders trade on")
        load.stop()
        # Alone, a node looks for peers as hard as it can.
        for node in nodes[1:]:
            node.stop()
        wait_until(lambda: a.api.node()["peers"] == 0, 10, "a is alone")
        for node in nodes[1:]:
            node.start()
        self.scene.wait_connected(nodes)
        a.api.place(PRODUCT, "sell", 1, "150.00")
        self.scene.wait_settled(nodes)
        self.assertEqual(trap.visited(), set())
        self.check(nodes, load)
        self.assertEqual(trap.visited(), set())


if __name__ == "__main__":
    case.main()
