#!/usr/bin/env python3
"""./cluster as a user meets it: what it shows of a broken and mended cluster, and the one line that
it says when it cannot go on. Needs a container engine."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lib import cluster_case
from lib.containers import ROOT, docker
from lib.waiting import wait_until

EQUAL = "The books of all 3 nodes that answer are equal."


class CommandTest(cluster_case.ClusterCase):
    def setUp(self):
        super().setUp()
        self.cluster.environment.pop("INSTRUMENTS")  # what everybody starts with

    def say(self, *words):
        status, said = self.cluster.command(*words)
        self.assertEqual(status, 0, said)
        return said

    def row(self, number, said):
        line = next(line for line in said.splitlines() if line.startswith(f"node{number} "))
        return re.split(r"  +", line)

    def test_a_tour(self):
        self.assertIn(EQUAL, self.say("up"))
        self.say("trade")
        said = wait_until(lambda: self.equal_status(), 20, "the books are equal", 0.5)
        for number in (1, 2, 3):
            _, health, mode, peers, digest, trade = self.row(number, said)
            self.assertEqual((health, mode, peers), ("healthy", "pure", "2"))
            self.assertRegex(digest, "^[0-9a-f]{16}$")
            self.assertRegex(trade, r"^0\.05000000 at \d+\.00, \d\d:\d\d:\d\d$")
        self.assertIn("42020.00", self.say("on", 3, "book", "BTC-USD"))
        self.cut_and_heal()
        self.kill_and_pause()

    def equal_status(self):
        said = self.say("status")
        return said if EQUAL in said else None

    def cut_and_heal(self):
        self.say("cut", 1, 3)
        self.say("cut", 3, 2)
        self.say("trade")
        said = self.say("status")
        self.assertIn("The books differ.", said)
        self.assertNotEqual(self.row(1, said)[4], self.row(3, said)[4])
        self.say("heal")
        wait_until(self.equal_status, 40, "the books are equal again", 0.5)

    def kill_and_pause(self):
        self.say("kill", 2)
        self.say("pause", 3)
        said = self.say("status")
        self.assertEqual([self.row(number, said)[1] for number in (2, 3)], ["exited", "paused"])
        self.assertIn("Fewer than two nodes answer.", said)
        self.say("restart", 2)
        self.say("restart", 3)
        wait_until(self.equal_status, 40, "the books are equal again", 0.5)
        for bad in (("kill", 7), ("cut", 1), ("cut", 1, 1), ("up", "fast"), ("grapes", "stop"),
                    ("trade", "x")):
            status, said = self.cluster.command(*bad)
            self.assertEqual((status, len(said.splitlines())), (1, 1), said)

    def test_another_mode_keeps_the_nodes_and_down_leaves_nothing(self):
        self.say("up", "hybrid")
        self.say("trade")
        before = self.say("on", 1, "status").splitlines()[1]
        self.say("grapes", "stop")
        self.say("grapes", "start")
        self.say("up", "pure")
        self.assertEqual(self.say("on", 1, "status").splitlines()[1], before)
        self.assertEqual(self.cluster.container_of("grape1"), "")
        self.say("up", "legacy")
        self.say("down")
        for what in (["ps", "-aq"], ["volume", "ls", "-q"], ["network", "ls", "-q"]):
            label = f"label=com.docker.compose.project={self.cluster.project}"
            self.assertEqual(docker(*what, "--filter", label), "")

    def test_a_node_has_no_rights_and_stops_soon(self):
        node = self.form()[0]
        told = docker("inspect", "-f", "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} "
                      "{{.HostConfig.CapDrop}} {{.State.Health.Status}}", node.container())
        self.assertEqual(told, "syrah true [ALL] healthy")
        status, seconds = node.stop()
        self.assertEqual(status, 0)
        self.assertLess(seconds, 2)
        size = int(docker("image", "inspect", "-f", "{{.Size}}", os.environ["SYRAH_IMAGE"]))
        self.figure(f"the image has {size / 1e6:.0f} MB, its base included")
        self.assertLess(size, 120e6)


class BadLuckTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="syrah-bad-luck-")
        self.addCleanup(shutil.rmtree, self.folder)

    def complaint(self, *words, user=None, **variables):
        """The one line that it says."""
        environment = dict(os.environ, COMPOSE_PROJECT_NAME=f"syrah-none-{os.getpid()}",
                           **variables)
        done = subprocess.run([os.path.join(ROOT, "cluster"), *words], env=environment, user=user,
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def program(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/bash\n{text}\n")
        os.chmod(path, 0o755)

    def test_no_docker(self):
        for name in ("bash", "dirname", "env"):
            os.symlink(shutil.which(name), os.path.join(self.folder, name))
        self.assertIn("there is no docker: install it", self.complaint("up", PATH=self.folder))

    def test_the_engine_is_down(self):
        said = self.complaint("status", DOCKER_HOST=f"unix://{self.folder}/none")
        self.assertIn("the engine does not answer: start it", said)

    @unittest.skipIf(os.geteuid() != 0, "only root can be somebody else")
    def test_no_permission(self):
        os.chmod(self.folder, 0o755)
        path = os.path.join(self.folder, "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            os.chmod(path, 0o600)
            said = self.complaint("status", user=65534, DOCKER_HOST=f"unix://{path}",
                                  HOME=self.folder)
        self.assertIn("you may not use the engine: use sudo, or join the group docker", said)

    def old_compose(self, version):
        self.program("docker", f'[[ $1 == compose ]] && exit 1\nexec {shutil.which("docker")} "$@"')
        self.program("docker-compose", f"echo {version}")
        return self.complaint("up", PATH=f"{self.folder}:{os.environ['PATH']}")

    def test_an_old_compose(self):
        self.assertIn("docker-compose 1.21.2 is too old: 1.28 or newer", self.old_compose("1.21.2"))

    def test_a_port_is_taken(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            said = self.complaint("up", API_PORT_2=str(port))
        self.assertIn(f"port {port} is taken", said)

    def test_no_cluster(self):
        self.assertIn("node1 does not exist: ./cluster up", self.complaint("kill", "1"))


if __name__ == "__main__":
    cluster_case.main()
