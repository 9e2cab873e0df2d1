"""Times heapq.merge, without the start-up of Python and after one warm-up run.

chapter.py numbers SOURCES ITEMS   merges lists of numbers
chapter.py logs FILE...            merges logs by time, and counts the lines with a 50x status

Prints {items, checksum, ns}. The checksum of the numbers is computed in the warm-up run, so that it is not timed.
"""

import heapq
import json
import re
import sys
from collections import deque
from time import perf_counter_ns


def distribute_randomly(sources, items):
    """The same distribution as distributeRandomly in instruments.ts."""
    inputs = [[] for _ in range(sources)]
    state = 1
    for item in range(items):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        inputs[state % sources].append(item)
    return inputs


def numbers(sources, items):
    inputs = distribute_randomly(sources, items)
    count = checksum = 0
    for item in heapq.merge(*inputs):
        count += 1
        checksum = (checksum * 31 + item) & 0xFFFFFFFF
    began = perf_counter_ns()
    deque(heapq.merge(*inputs), maxlen=0)
    ns = perf_counter_ns() - began
    return count, checksum - ((checksum & 0x80000000) << 1), ns


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def failures(paths):
    pattern = re.compile(r" 50\d ")
    merged = heapq.merge(*map(lines, paths), key=lambda line: line[:24])
    return sum(1 for line in merged if pattern.search(line))


def logs(paths):
    failures(paths)
    began = perf_counter_ns()
    count = failures(paths)
    return count, count, perf_counter_ns() - began


what, *args = sys.argv[1:]
items, checksum, ns = logs(args) if what == "logs" else numbers(*map(int, args))
print(json.dumps({"items": items, "checksum": checksum, "ns": ns}))
