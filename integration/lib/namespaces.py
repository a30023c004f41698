"""A network of its own for each test: hosts as network namespaces, plugged into one switch.

    with Network(3) as network:
        a, b, c = network.hosts
        process = a.start(["build/release/syrah", "node"], env=...)
        with a.inside():                      # sockets opened here are the host's
            client.healthy()
        network.cut(a, b)                     # c still sees both
        network.heal(a, b)

The machine's own network is never touched: the switch is a namespace too. Needs root, `ip` and
`nft`; where that is not to be had, Unavailable says why, and a test may skip itself.
"""

import atexit
import contextlib
import ctypes
import ipaddress
import itertools
import os
import re
import shutil
import signal
import subprocess
import time

PREFIX = "syrah"
CLONE_NEWNET = 0x40000000
_numbers = itertools.count(1)


class Unavailable(RuntimeError):
    """This machine, or this user, cannot make network namespaces."""


def _run(*words, stdin=None):
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"`{' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout


def _check_possible():
    if os.geteuid() != 0:
        raise Unavailable("network namespaces need root")
    for tool, package in (("ip", "iproute2"), ("nft", "nftables")):
        if shutil.which(tool) is None:
            raise Unavailable(f"there is no `{tool}`; it is in the package {package}")


def _delete(namespace):
    """Ends what still runs in a namespace of ours, and removes it."""
    listed = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True,
                            check=False)
    for pid in map(int, listed.stdout.split()):
        if pid != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)


def _remove_leftovers():
    """Namespaces of test runs that were killed: the name has the process, which is gone."""
    for line in _run("ip", "netns", "list").splitlines():
        match = re.fullmatch(rf"({PREFIX}-(\d+)-\d+-\w+)(?: .*)?", line)
        if match and not os.path.exists(f"/proc/{match[2]}"):
            _delete(match[1])


class Host:
    def __init__(self, namespace, port, ipv4, ipv6):
        self.namespace = namespace
        self.port = port  # of the switch
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.exec_prefix = ["ip", "netns", "exec", namespace]

    def run(self, words, **options):
        return subprocess.run(self.exec_prefix + list(words), check=True, **options)

    def start(self, words, **options):
        return subprocess.Popen(self.exec_prefix + list(words), **options)

    @contextlib.contextmanager
    def inside(self):
        """This thread is in the host's network meanwhile. Sockets stay where they were opened."""
        libc = ctypes.CDLL(None, use_errno=True)

        def enter(descriptor):
            if libc.setns(descriptor, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "cannot enter the network namespace")

        with open("/proc/thread-self/ns/net", "rb") as here, \
                open(f"/var/run/netns/{self.namespace}", "rb") as there:
            enter(there.fileno())
            try:
                yield self
            finally:
                enter(here.fileno())

    def __repr__(self):
        return f"Host({self.namespace}, {self.ipv4})"


class Network:
    """`count` hosts with eth0 and addresses of both versions in one subnet."""

    def __init__(self, count, ipv4="10.77.0.0/24", ipv6="fd77:5379:7261::/64"):
        _check_possible()
        _remove_leftovers()
        stem = f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        self._subnets = ipaddress.ip_network(ipv4), ipaddress.ip_network(ipv6)
        self._switch = f"{stem}-switch"
        self._made = []
        self.hosts = [Host(f"{stem}-h{i}", f"port{i}", str(self._subnets[0][i + 1]),
                           str(self._subnets[1][i + 1])) for i in range(count)]
        atexit.register(self.close)
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends all processes of all hosts. May be called again."""
        atexit.unregister(self.close)
        while self._made:
            _delete(self._made.pop())

    # --- faults ---

    def cut(self, a, b):
        """Nothing of a reaches b any more, nor the other way round. Connections just fall silent."""
        self.cut_one_way(a, b)
        self.cut_one_way(b, a)

    def cut_one_way(self, sender, receiver):
        self._nft(f"add element bridge {PREFIX} cuts {{ {sender.port} . {receiver.port} }}")

    def heal(self, a, b):
        for sender, receiver in ((a, b), (b, a)):
            # Adding first: what is not there cannot be deleted.
            element = f"element bridge {PREFIX} cuts {{ {sender.port} . {receiver.port} }}"
            self._nft(f"add {element}\ndelete {element}")

    def heal_all(self):
        self._nft(f"flush set bridge {PREFIX} cuts")

    def unplug(self, host):
        """The cable is out: the host itself notices."""
        self._in_switch("ip", "link", "set", host.port, "down")

    def plug(self, host):
        self._in_switch("ip", "link", "set", host.port, "up")

    # --- setting up ---

    def _in_switch(self, *words, stdin=None):
        return _run("ip", "netns", "exec", self._switch, *words, stdin=stdin)

    def _nft(self, script):
        self._in_switch("nft", "-f", "-", stdin=script)

    def _add_namespace(self, name):
        self._made.append(name)
        _run("ip", "netns", "add", name)
        _run("ip", "-n", name, "link", "set", "lo", "up")

    def _build(self):
        self._add_namespace(self._switch)
        # Without snooping and learning phases: what is sent now arrives now.
        _run("ip", "-n", self._switch, "link", "add", "switch", "type", "bridge",
             "mcast_snooping", "0", "forward_delay", "0")
        _run("ip", "-n", self._switch, "link", "set", "switch", "up")
        self._nft(f"""
            table bridge {PREFIX} {{
              set cuts {{ type ifname . ifname; }}
              chain forward {{
                type filter hook forward priority 0; policy accept;
                iifname . oifname @cuts drop
              }}
            }}""")
        for host in self.hosts:
            self._add_host(host)
        self._wait_up()

    def _add_host(self, host):
        name = host.namespace
        self._add_namespace(name)
        _run("ip", "-n", self._switch, "link", "add", host.port, "type", "veth",
             "peer", "name", "eth0", "netns", name)
        _run("ip", "-n", self._switch, "link", "set", host.port, "master", "switch", "up")
        _run("ip", "-n", name, "link", "set", "eth0", "up")
        for address, subnet in zip((host.ipv4, host.ipv6), self._subnets):
            once = ["nodad"] if subnet.version == 6 else []
            _run("ip", "-n", name, "address", "add", f"{address}/{subnet.prefixlen}",
                 "dev", "eth0", *once)

    def _wait_up(self):
        """Until no address is tentative: link-local ones are probed for a second or two."""
        deadline = time.monotonic() + 10
        for host in self.hosts:
            while _run("ip", "-n", host.namespace, "address", "show", "tentative").strip():
                if time.monotonic() > deadline:
                    raise Unavailable(f"the addresses of {host.namespace} do not come up")
                time.sleep(0.05)
