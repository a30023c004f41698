#!/usr/bin/env python3
"""Replays an order flow over three nodes, then checks books and journals. Prints the figures."""

import argparse
import json
import os
import sys

from lib import invariants, replay
from lib.node import Scene


def play(scene, options):
    nodes = scene.triangle()
    flow = options.csv or replay.data_file() or ("--generate", options.messages or 90_000)
    limits = {"messages": options.messages} if options.messages else {}
    figures = replay.run(nodes, flow, in_flight=options.in_flight, idle=options.idle,
                         seed=options.seed, **limits)
    scene.wait_settled(nodes, 60)
    homes = {node.id(): node for node in nodes}
    for node in nodes:
        status, _ = node.stop()
        if status != 0:
            raise AssertionError(f"{node.name} ended with status {status}: {node.last_line()}")
    findings = invariants.check_journals({home: node.journal for home, node in homes.items()})
    if figures["unanswered"]:
        raise AssertionError(f"{figures['unanswered']} requests were not answered")
    rounds = options.idle
    figures.update(
        flow=os.path.basename(flow) if isinstance(flow, str) else "generated",
        journal_entries=findings.events.total(), events=dict(findings.events),
        journal_trades=findings.trades,
        cross_home_trades=findings.cross_home_trades,
        filled_lots=int(findings.filled),
        bought_lots=int(sum_filled(findings, "buy")), sold_lots=int(sum_filled(findings, "sell")))
    # What one bought another sold, and each trade is counted once.
    if not figures["bought_lots"] == figures["sold_lots"] == figures["filled_lots"]:
        raise AssertionError(f"fills do not add up: {figures}")
    if figures["trades"] + rounds != findings.trades:
        raise AssertionError(f"trades do not add up: {figures}")
    return figures


def sum_filled(findings, side):
    return sum(order.filled for home in findings.homes.values()
               for order in home.orders.values() if order.side == side)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--syrah", help="the program")
    parser.add_argument("--replay", help="the syrah-replay program")
    parser.add_argument("--csv", help="a LOBSTER message file, .csv or .csv.gz")
    parser.add_argument("--messages", type=int, default=0, help="at most so many")
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--idle", type=int, default=100, help="rounds of the idle measurements")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, value in (("SYRAH_BINARY", options.syrah), ("SYRAH_REPLAY", options.replay)):
        if value:
            os.environ[name] = os.path.abspath(value)
    scene = Scene("replay")
    try:
        figures = play(scene, options)
    except BaseException:
        scene.end(failed=True)
        raise
    scene.end()
    json.dump(figures, sys.stdout)
    print()


if __name__ == "__main__":
    main()
