"""A cluster of processes in network namespaces: what there is where no container engine runs."""

import contextlib
import os
import shutil
import subprocess

from lib.cluster import Cluster
from lib.grapes import Grape
from lib.namespaces import Network
from lib.node import Node

P2P_PORT = 3000
API_PORT = 8080
GRAPES = ("grape1", "grape2")
NODES = ("node1", "node2", "node3", "node4")


class HostNode(Node):
    """On a host of its own, where usual ports are free."""

    def __init__(self, scene, name, host, environment):
        self.host = host
        self.api_host = host.ipv4
        super().__init__(scene.folder, name, scene.ports, environment)
        self.p2p_port, self.api_port = P2P_PORT, API_PORT
        self.environment.update(P2P_HOST="0.0.0.0", P2P_PORT=str(P2P_PORT), API_HOST=host.ipv4,
                                API_PORT=str(API_PORT), NODE_ID=name)
        self.environment.update(environment)
        self.api = self.client()

    @property
    def address(self):
        return f"{self.host.ipv4}:{P2P_PORT}"

    def command(self):
        return self.host.exec_prefix + super().command()

    def rename(self, name):
        self.environment["NODE_ID"] = name

    def save_data(self, path):
        subprocess.run(["tar", "-C", self.data_dir, "-cf", path, "."], check=True)

    def delete_data(self):
        shutil.rmtree(self.data_dir)
        self.api = self.client()  # which will read the new key

    def restore_data(self, path):
        self.delete_data()
        os.mkdir(self.data_dir, mode=0o700)
        subprocess.run(["tar", "-C", self.data_dir, "-xf", path], check=True)


class NamespaceCluster(Cluster):
    kind = "network namespaces"

    def __init__(self, scene):
        super().__init__(scene)
        # The last host is where the clients are.
        names = GRAPES + NODES + ("clients",)
        self._network = Network(len(names))
        self._hosts = dict(zip(names, self._network.hosts))
        self._grapes = []
        # Threads and programs that the test starts are in this network, too.
        self._inside = contextlib.ExitStack()
        self._inside.enter_context(self._hosts["clients"].inside())

    def up(self, mode, wait=True):
        if mode in ("hybrid", "legacy"):
            self._make_grapes()
            self.start_grapes()
        for name in NODES[:3]:
            self.nodes.append(HostNode(self.scene, name, self._hosts[name],
                                       self._environment(mode, name)))
        self.scene.nodes.extend(self.nodes)
        for node in self.nodes:
            node.spawn()
        for node in self.nodes:
            node.wait_ready()
        if wait:
            self.scene.wait_connected(self.nodes, seconds=40)
        return self.nodes

    def _environment(self, mode, name):
        if mode == "mdns":
            return {"DISCOVERY_MDNS": "true", "DISCOVERY_GRENACHE": "true"}
        if mode == "pure":
            others = [other for other in NODES[:3] if other != name]
            return {"BOOTSTRAP_PEERS": ",".join(f"{self._hosts[other].ipv4}:{P2P_PORT}"
                                                for other in others)}
        grapes = {"DISCOVERY_GRENACHE": "true",
                  "GRAPE_URL": ",".join(grape.url for grape in self._grapes),
                  "GRAPE_DHT": ",".join(grape.dht for grape in self._grapes)}
        return grapes if mode == "hybrid" else {**grapes, "P2P_ENABLED": "false"}

    def join(self, name):
        node = HostNode(self.scene, name, self._hosts[name],
                        {"BOOTSTRAP_PEERS": self.nodes[0].address})
        self.nodes.append(node)
        self.scene.nodes.append(node)
        return node.start(60)

    def _make_grapes(self):
        for name in GRAPES:
            self._grapes.append(Grape(name, self.scene.folder, self.scene.ports,
                                      self._hosts[name].ipv4))

    def start_grapes(self):
        for name, grape, other in zip(GRAPES, self._grapes, reversed(self._grapes)):
            with self._hosts[name].inside():
                grape.spawn([other])
        for grape in self._grapes:
            grape.wait_ready()

    def stop_grapes(self):
        for grape in self._grapes:
            grape.kill()

    def address(self, node):
        return node.host.ipv4

    def run_at(self, node, words, text=""):
        node.host.run(words, input=text, text=True, capture_output=True)

    def collect(self):
        pass  # all is in the folder already

    def close(self):
        self.stop_grapes()
        self._inside.close()
        self._network.close()
