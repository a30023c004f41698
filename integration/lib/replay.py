"""Runs syrah-replay against nodes."""

import json
import os
import subprocess
import sys

DATA = "../shared/data/AAPL_2012-06-21_34200000_37800000_message_50.csv.gz"


def data_file():
    """The sample order flow beside the repository, if it is there."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.path.normpath(os.path.join(root, DATA))
    return path if os.path.exists(path) else None


def replay_binary():
    path = os.environ.get("SYRAH_REPLAY")
    if not path or not os.access(path, os.X_OK):
        sys.exit("name the replay program in SYRAH_REPLAY, or give --replay PATH")
    return path


def run(nodes, flow, seconds=1800, **options):
    """The figures. `flow`: a .csv or .csv.gz file, or options as --generate COUNT."""
    words = [replay_binary()]
    for node in nodes:
        words += ["--node", f"{node.api_host}:{node.api_port}:{node.key_file}"]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    unpacking = None
    if isinstance(flow, str):
        words += ["--csv", "-" if flow.endswith(".gz") else flow]
        if flow.endswith(".gz"):
            unpacking = subprocess.Popen(["gzip", "-dc", flow], stdout=subprocess.PIPE)
    else:
        words += [str(word) for word in flow]
    try:
        done = subprocess.run(words, stdin=unpacking.stdout if unpacking else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, timeout=seconds, check=False)
    finally:
        if unpacking:
            unpacking.stdout.close()
            unpacking.wait()
    if done.returncode != 0:
        raise AssertionError(f"the replay ended with status {done.returncode}")
    return json.loads(done.stdout)
