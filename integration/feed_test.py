#!/usr/bin/env python3
"""The feed over WebSocket, read by a client that is not ours, while two nodes trade."""

import random

from lib import case, js
from lib.node import PRODUCT
from lib.traders import Load
from lib.waiting import wait_until

SEED = random.randrange(1 << 31)


class Reader:
    """feed_reader.js at one node."""

    def __init__(self, node):
        self._program = js.Program("websocket", "feed_reader.js", node.url, PRODUCT)

    def report(self):
        count = len(self._program.said)
        self._program.tell({"do": "report"})
        return self._program.next_after(count, 10, "a report of the reader")

    def cut(self):
        self._program.tell({"do": "break"})

    def wait_for(self, **least):
        def reached():
            seen = self.report()
            if seen["errors"]:
                raise AssertionError(seen["errors"][:3])
            return all(seen[name] >= count for name, count in least.items())
        wait_until(reached, 60, f"the reader has seen {least}", 0.1)

    def end(self):
        self._program.end()


class FeedTest(case.SceneCase):
    def reader(self, node):
        reader = Reader(node)
        self.addCleanup(reader.end)
        return reader

    def test_a_client_has_the_book_exactly_through_cuts_and_restarts(self):
        first = self.scene.node("a").start()
        nodes = [first, self.scene.node("b", peers=[first]).start()]
        self.scene.wait_connected(nodes)
        load = Load(nodes, SEED, 2)
        self.addCleanup(load.abandon)
        reader = self.reader(nodes[0])
        reader.wait_for(checks=10, checksums=50)
        for cut in range(1, 4):
            reader.cut()
            reader.wait_for(resumed=cut, checks=10 + 10 * cut)
        # The orders of a node that is away leave the book and come back with it.
        nodes[1].kill()
        reader.wait_for(checks=50)
        nodes[1].start()
        reader.wait_for(checks=60)
        # After a restart of its own node the reader cannot resume, and is told so.
        nodes[0].kill()
        nodes[0].start()
        reader.wait_for(reloaded=1, checks=70)
        load.stop()


if __name__ == "__main__":
    print(f"seed {SEED}", flush=True)
    case.main()
