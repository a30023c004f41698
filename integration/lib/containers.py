"""A cluster of containers, made by ./cluster as users make it. The images are named in SYRAH_IMAGE,
GRAPE_IMAGE and TOOLS_IMAGE (integration/docker/engine.sh builds them)."""

import json
import os
import shutil
import subprocess

from lib.client import Client
from lib.cluster import Cluster
from lib.node import INSTRUMENTS
from lib.waiting import PATIENCE, wait_until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HARDENED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
NAMES = ("node1", "node2", "node3")


def docker(*words, text=None, check=True):
    done = subprocess.run(["docker", *words], input=text, capture_output=True, text=True,
                          check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"`docker {' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout.strip()


class ContainerNode:
    """One node of the cluster; its container may be made anew."""

    api_host = "127.0.0.1"

    def __init__(self, cluster, name, api_port):
        self.name = name
        self.api_port = api_port
        self.cluster = cluster
        folder = cluster.scene.folder
        self.key_file = os.path.join(folder, f"{name}-key.json")
        self.data_dir = os.path.join(folder, name)  # a copy, made when the node has stopped
        self.journal = os.path.join(self.data_dir, "journal.db")
        self.api = self.client()

    def client(self, seconds=10):
        return Client(self.api_port, self.key_file, seconds)

    def container(self):
        return self.cluster.container_of(self.name)

    @property
    def volume(self):
        return f"{self.cluster.project}_{self.name}"

    # --- its life ---

    def start(self, seconds=20):
        self.spawn()
        self.wait_ready(seconds)
        return self

    def spawn(self):
        container = self.container()
        if container:
            docker("start", container)
        else:
            self.cluster.compose("up", "-d", "--no-deps", self.name)

    def wait_ready(self, seconds=20):
        def ready():
            if not self.running():
                raise AssertionError(f"{self.name} ended: {self.last_line()}")
            return self.api.healthy()
        wait_until(ready, seconds, f"{self.name} is ready", 0.05)
        with open(self.key_file, "w", encoding="utf-8") as file:
            file.write(docker("exec", self.container(), "cat", "/data/api-key.json"))
        self.api.close()
        self.api = self.client()

    def running(self):
        return self._state("Status") == "running"

    def _state(self, member):
        container = self.container()
        return docker("inspect", "-f", f"{{{{.State.{member}}}}}", container) if container else None

    def kill(self):
        self.api.close()
        docker("kill", self.container())

    def stop(self, seconds=10):
        """The status it ends with, and the seconds from the signal to its end."""
        self.api.close()
        docker("stop", "-t", str(int(seconds * PATIENCE)), self.container())
        self._fetch()
        return int(self._state("ExitCode")), self._seconds_to_stop()

    def _seconds_to_stop(self):
        """By the node's own log: the engine's work is not the node's."""
        times = [line.split()[0] for line in self.log().splitlines()
                 if " stopping" in line or " node stopped" in line][-2:]
        seconds = [sum(float(part) * 60 ** power for power, part in
                       enumerate(reversed(time[11:-1].split(":")))) for time in times]
        return seconds[-1] - seconds[0]

    def wait_exit(self, seconds=15):
        wait_until(lambda: self._state("Status") == "exited", seconds, f"{self.name} ends", 0.1)
        self.api.close()
        return int(self._state("ExitCode"))

    def pause(self):
        docker("pause", self.container())

    def resume(self):
        docker("unpause", self.container())

    # --- what it has ---

    def _fetch(self):
        shutil.rmtree(self.data_dir, ignore_errors=True)
        docker("cp", f"{self.container()}:/data/.", self.data_dir)

    def _in_volume(self, *words, **options):
        return subprocess.run(
            ["docker", "run", "--rm", "-i", "--user", "0", "--volume", f"{self.volume}:/data",
             "--entrypoint", words[0], os.environ["SYRAH_IMAGE"], *words[1:]], check=True, **options)

    def save_data(self, path):
        with open(path, "wb") as file:
            self._in_volume("tar", "-C", "/data", "-cf", "-", ".", stdout=file)

    def restore_data(self, path):
        self._in_volume("find", "/data", "-mindepth", "1", "-delete")
        with open(path, "rb") as file:
            self._in_volume("tar", "-C", "/data", "-xf", "-", stdin=file)

    def delete_data(self):
        """The volume itself; the container goes with it."""
        docker("rm", self.container())
        docker("volume", "rm", self.volume)

    def rename(self, name):
        """A container keeps its variables: a new one is made, with the same volume."""
        self.cluster.environment[f"NODE_ID_{self.name[-1]}"] = name
        if self.container():
            docker("rm", self.container())

    def log(self):
        container = self.container()
        if not container:
            return ""
        done = subprocess.run(["docker", "logs", container], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=True)
        return done.stdout

    def last_line(self):
        lines = self.log().splitlines()
        return lines[-1] if lines else "(no log)"

    def id(self):
        return self.api.node()["id"]

    def digest(self, product="AAPL-USD"):
        return self.api.digest(product)

    def collect(self):
        with open(f"{self.data_dir}.log", "w", encoding="utf-8") as file:
            file.write(self.log())
        if self.container():
            self._fetch()


class ContainerCluster(Cluster):
    kind = "containers"

    def __init__(self, scene):
        super().__init__(scene)
        self.project = f"syrah-test-{os.getpid()}"
        self.environment = dict(os.environ, COMPOSE_PROJECT_NAME=self.project,
                                INSTRUMENTS=INSTRUMENTS, PEER_RECONNECT_INTERVAL="1000")
        ports = [scene.ports.take() for _ in NAMES]
        for number, port in enumerate(ports, 1):
            self.environment[f"API_PORT_{number}"] = str(port)
        self.nodes = [ContainerNode(self, name, port) for name, port in zip(NAMES, ports)]
        scene.nodes.extend(self.nodes)

    def command(self, *words, seconds=120):
        """Runs ./cluster: its status and all that it said."""
        done = subprocess.run([os.path.join(ROOT, "cluster"), *map(str, words)],
                              env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=seconds)
        return done.returncode, done.stdout

    def compose(self, *words):
        """Of the pure cluster."""
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        program = ["docker", "compose"] if plugin.returncode == 0 else ["docker-compose"]
        subprocess.run(program + ["-p", self.project, "-f", os.path.join(ROOT, "docker/compose.yml"),
                                  *words], env=self.environment, capture_output=True, check=True)

    def container_of(self, service):
        return docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={self.project}",
                      "--filter", f"label=com.docker.compose.service={service}")

    def up(self, mode, wait=True):
        status, said = self.command("up", mode)
        if status != 0:
            raise AssertionError(f"./cluster up {mode}: {said}")
        for node in self.nodes:
            node.wait_ready()
        return self.nodes

    def join(self, name):
        port = self.scene.ports.take()
        variables = {"NODE_ID": name, "INSTRUMENTS": INSTRUMENTS, "DISCOVERY_MDNS": "false",
                     "DISCOVERY_GRENACHE": "false", "BOOTSTRAP_PEERS": "node1:3000",
                     "P2P_ADVERTISE": f"{name}:3000"}
        words = [word for pair in variables.items() for word in ("--env", "=".join(pair))]
        docker("run", "--detach", *HARDENED, *words, "--publish", f"127.0.0.1:{port}:8080",
               "--network", f"{self.project}_exchange", "--network-alias", name,
               "--label", f"com.docker.compose.project={self.project}",
               "--label", f"com.docker.compose.service={name}", os.environ["SYRAH_IMAGE"])
        node = ContainerNode(self, name, port)
        self.nodes.append(node)
        self.scene.nodes.append(node)
        node.wait_ready(60)
        return node

    def _grapes(self):
        return [self.container_of(name) for name in ("grape1", "grape2")]

    def stop_grapes(self):
        docker("kill", *self._grapes())

    def start_grapes(self):
        docker("start", *self._grapes())

    def address(self, node):
        networks = json.loads(docker("inspect", node.container()))[0]["NetworkSettings"]["Networks"]
        return next(iter(networks.values()))["IPAddress"]

    def run_at(self, node, words, text=""):
        docker("run", "--rm", "-i", "--network", f"container:{node.container()}", "--cap-drop",
               "ALL", "--cap-add", "NET_ADMIN", os.environ["TOOLS_IMAGE"], *words, text=text)

    def collect(self):
        for node in self.nodes:
            node.collect()
        for name in ("grape1", "grape2"):
            if self.container_of(name):
                with open(os.path.join(self.scene.folder, f"{name}.log"), "w",
                          encoding="utf-8") as file:
                    file.write(docker("logs", self.container_of(name)))

    def close(self):
        for node in self.nodes[len(NAMES):]:
            docker("rm", "--force", "--volumes", node.container(), check=False)
        status, said = self.command("down")
        if status != 0:
            raise AssertionError(f"./cluster down: {said}")
