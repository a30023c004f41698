"""unittest with a scene of nodes per test; logs are kept if it fails."""

import argparse
import os
import sys
import unittest

from lib import invariants
from lib.node import Scene


class SceneCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.scene = Scene(self._testMethodName)
        self.addCleanup(self._end)

    def check(self, nodes, load=None):
        """Stops the nodes and looks into their journals: findings, or an error."""
        names = {node.id(): node for node in nodes}
        for node in nodes:
            status, _ = node.stop()
            self.assertEqual(status, 0, node.last_line())
        findings = invariants.check_journals({home: node.journal for home, node in names.items()})
        for home, node in names.items():
            invariants.check_client_ids(findings.homes[home])
            if load:
                invariants.check_acknowledged(findings.homes[home], load.acknowledged_at(node))
        return findings

    def _end(self):
        # Cleanups run before unittest counts the failure: it is in the outcome only.
        result = self._outcome.result
        failed = any(test is self for test, _ in result.failures + result.errors)
        failed = failed or not self._outcome.success
        self.scene.end(failed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--syrah", help="the program under test; also as the first argument")
    options, rest = parser.parse_known_args()
    if not options.syrah and rest and os.path.isfile(rest[0]):
        options.syrah = rest.pop(0)
    if options.syrah:
        os.environ["SYRAH_BINARY"] = os.path.abspath(options.syrah)
    unittest.main(argv=[sys.argv[0]] + rest, verbosity=2, module="__main__")
