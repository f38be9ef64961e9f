"""PyTorch as a contestant: one turn at a time, on demand.

Reads requests from stdin, one JSON object a line, and answers each with one: {"open": name, "sizes": {...}} makes a task,
{"turn": count} runs it so many times and answers {"ms": milliseconds of one}, {"golden": name, "sizes": {...}} answers with
an iteration's inputs and results.
"""

import json
import sys
import time

import torch
from golden import golden
from iterations import TASKS as ITERATIONS
from net import device
from operators import TASKS as OPERATORS

TASKS = {**ITERATIONS, **OPERATORS}


def clock():
    """Seconds of the processor; on a graphics card of the wall, once all its work is done."""
    if device.type == "cpu":
        return time.process_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def main():
    torch.set_num_threads(1)
    torch.backends.cudnn.benchmark = True
    name = torch.cuda.get_device_name() if device.type == "cuda" else "one thread"
    print(json.dumps({"version": torch.__version__, "device": name}), flush=True)
    turn = None
    for line in sys.stdin:
        request = json.loads(line)
        if "open" in request:
            turn = None  # first: two tasks may not fit into the memory
            turn = TASKS[request["open"]](request["sizes"])
            print("{}", flush=True)
            continue
        if "golden" in request:
            print(json.dumps(golden(request["golden"], request["sizes"])), flush=True)
            continue
        start = clock()
        for _ in range(request["turn"]):
            turn()
        print(json.dumps({"ms": 1000 * (clock() - start) / request["turn"]}), flush=True)


main()
