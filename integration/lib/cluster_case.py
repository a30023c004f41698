"""A test with a cluster, of containers or of network namespaces as SYRAH_HOSTS says."""

import os
import random
import time

from lib import case
from lib.cluster import ClusterScene
from lib.containers import ContainerCluster
from lib.namespace_cluster import NamespaceCluster
from lib.traders import Load
from lib.waiting import PATIENCE, wait_until

KINDS = {"containers": ContainerCluster, "namespaces": NamespaceCluster}
FULL = bool(os.environ.get("SYRAH_FULL"))
SEED = int(os.environ.get("SYRAH_SEED", random.randrange(1 << 31)))


def in_containers():
    return os.environ.get("SYRAH_HOSTS", "namespaces") == "containers"


def sized(usual, full):
    """What takes long is done in full size by hand: SYRAH_FULL=1."""
    return full if FULL else usual


class ClusterCase(case.SceneCase):
    def setUp(self):
        kind = KINDS[os.environ.get("SYRAH_HOSTS", "namespaces")]
        self.scene = ClusterScene(self._testMethodName, kind)
        self.addCleanup(self._end)
        self.cluster = self.scene.cluster

    def figure(self, text):
        print(f"\n  {text}", end="", flush=True)

    def form(self, mode="pure"):
        nodes, seconds = self.scene.form(mode)
        self.figure(f"formed in {seconds:.1f} s")
        return nodes

    def trade_on(self, nodes, each=1):
        """Traders at all nodes, who have begun."""
        load = Load(nodes, SEED, each)
        self.addCleanup(load.abandon)
        wait_until(lambda: all(len(load.acknowledged_at(node)) > 10 for node in nodes), 20,
                   "the traders trade")
        return load

    def wait_for(self, seconds):
        """The time itself is what is waited for: a cut lasts."""
        end = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() >= end, seconds / PATIENCE + 5, f"{seconds} s are over",
                   0.05)

    def heal(self, nodes):
        """Seconds from the command until everybody has what everybody had written by then."""
        begin = time.monotonic()
        self.cluster.heal()
        self.scene.wait_caught_up(nodes)
        return time.monotonic() - begin

    def finish(self, nodes, load, seconds=60):
        """Ends the load, waits for equal books and checks all journals."""
        load.stop()
        begin = time.monotonic()
        self.scene.wait_settled(nodes, seconds)
        equal_after = time.monotonic() - begin
        rate = load.count() / load.seconds
        findings = self.check(nodes, load)
        self.assertGreater(findings.cross_home_trades, 0)
        self.figure(f"{load.count()} orders acknowledged, {rate:.0f}/s, none lost; "
                    f"{findings.trades} trades, {findings.cross_home_trades} between homes; "
                    f"books equal {equal_after:.1f} s after the load")
        return findings


def main():
    print(f"hosts: {KINDS[os.environ.get('SYRAH_HOSTS', 'namespaces')].kind}; seed {SEED} "
          f"(SYRAH_SEED={SEED} plays it again); {'full' if FULL else 'usual'} size", flush=True)
    case.main()
