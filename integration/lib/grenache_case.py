"""A scene with Grapes, hybrid and legacy nodes, and old nodes. What was started is ended."""

import os

from lib import case
from lib.fake_grape import FakeGrape
from lib.grapes import Grapes
from lib.js import Caller, OldNode

LEGACY_SERVICE = "p2p_exchange"


class GrenacheCase(case.SceneCase):
    def grapes(self, count=2, **terms):
        grapes = Grapes(self.scene, count)
        self.addCleanup(grapes.kill)
        return grapes.start(**terms)

    def fake_grape(self, misbehave=None):
        grape = FakeGrape(self.scene.ports.take())
        grape.misbehave = misbehave
        self.addCleanup(grape.close)
        return grape

    def hybrid(self, name, grapes, **environment):
        """A node that knows nobody but Grapes; not started yet."""
        return self.scene.node(name, **{**grapes.environment(), **environment})

    def legacy(self, name, grapes, **environment):
        return self.hybrid(name, grapes, P2P_ENABLED="false", **environment)

    def old_node(self, generation, grape, answers="processed"):
        log_path = os.path.join(self.scene.folder, f"{generation}-{answers}.log")
        node = OldNode(generation, grape, self.scene.ports.take(), answers, log_path)
        self.addCleanup(node.end)
        return node.wait_ready()

    def caller(self, generation, grape):
        log_path = os.path.join(self.scene.folder, f"{generation}-caller.log")
        caller = Caller(generation, grape, log_path)
        self.addCleanup(caller.end)
        return caller

    def routes(self, node):
        return sorted(peer["route"] for peer in node.api.peers())
