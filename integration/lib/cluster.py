"""Three nodes on hosts of their own, each with an address of its own, which a test breaks and mends.

There are two kinds that a test cannot tell apart: ContainerCluster (lib/containers.py) and
NamespaceCluster (lib/namespace_cluster.py). Nodes are like those of lib/node.py, and besides can
save, restore and delete their data, and be renamed, while they do not run."""

import abc
import concurrent.futures
import time

from lib.node import Scene
from lib.waiting import wait_until

RULES = "cluster"  # the table of ./cluster: `./cluster heal` ends what tests did, too
DELETE_RULES = f"add table ip {RULES}; delete table ip {RULES}"


class Cluster(abc.ABC):
    kind = ""  # for people

    def __init__(self, scene):
        self.scene = scene
        self.nodes = []

    @abc.abstractmethod
    def up(self, mode, wait=True):
        """Starts three nodes in a mode of ./cluster and waits until each has two peers."""

    @abc.abstractmethod
    def join(self, name):
        """One more node, started, which knows the first."""

    @abc.abstractmethod
    def stop_grapes(self):
        """Ends them without a last word."""

    @abc.abstractmethod
    def start_grapes(self):
        pass

    @abc.abstractmethod
    def collect(self):
        """Logs and data of all nodes into the folder of the scene."""

    @abc.abstractmethod
    def close(self):
        """Leaves nothing behind."""

    @abc.abstractmethod
    def address(self, node):
        pass

    @abc.abstractmethod
    def run_at(self, node, words, text=""):
        """Runs a program that changes the network of the node's host; `text` is its input."""

    # --- faults ---

    def cut(self, a, b):
        """Neither hears the other any more; nobody is told."""
        self.cut_one_way(a, b)
        self.cut_one_way(b, a)

    def cut_one_way(self, sender, receiver):
        self._rule(receiver, f"ip saddr {self.address(sender)} drop")

    def lose(self, node, percent):
        """Of what comes to it from the other nodes."""
        for other in self.nodes:
            if other is not node:
                self._rule(node, f"ip saddr {self.address(other)} "
                                 f"numgen random mod 100 < {percent} drop")

    def slow_down(self, node, kilobits):
        """What it sends, a second."""
        self.run_at(node, ["tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate",
                           f"{kilobits}kbit", "burst", "16kb", "latency", "300ms"])

    def heal(self):
        # At all nodes at once, as well as can be. Not each one was slowed down.
        script = f"nft '{DELETE_RULES}' && {{ tc qdisc del dev eth0 root 2>/dev/null || true; }}"
        with concurrent.futures.ThreadPoolExecutor(len(self.nodes)) as pool:
            for done in [pool.submit(self.run_at, node, ["sh", "-c", script])
                         for node in self.nodes if node.running()]:
                done.result()

    def _rule(self, receiver, rule):
        self.run_at(receiver, ["nft", "-f", "-"],
                    f"add table ip {RULES}\n"
                    f"add chain ip {RULES} input {{ type filter hook input priority 0; }}\n"
                    f"add rule ip {RULES} input {rule}\n")


class ClusterScene(Scene):
    def __init__(self, title, make_cluster):
        super().__init__(title)
        self.cluster = make_cluster(self)

    def form(self, mode):
        """Nodes of a new cluster, and the seconds until all knew each other."""
        begin = time.monotonic()
        nodes = self.cluster.up(mode)
        self.wait_connected(nodes, seconds=40)
        return nodes, time.monotonic() - begin

    def wait_caught_up(self, nodes, seconds=40):
        """Seconds until everybody has what everybody had written at the time of the call."""
        begin = time.monotonic()
        wanted = {}
        for node in nodes:
            told = node.api.node()
            wanted[told["id"]] = next(f["seq"] for f in told["feeds"] if f["home"] == told["id"])

        def caught_up():
            return all(feeds.get(home, 0) >= seq for feeds in map(_heads, nodes)
                       for home, seq in wanted.items())
        wait_until(caught_up, seconds, "everybody has what everybody wrote", 0.05)
        return time.monotonic() - begin

    def end(self, failed=False):
        try:
            if failed:
                self.cluster.collect()
        finally:
            self.cluster.close()
            super().end(failed)


def _heads(node):
    return {feed["home"]: feed["seq"] for feed in node.api.node()["feeds"]}
