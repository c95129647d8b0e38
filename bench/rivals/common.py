"""What the rival benchmarks share: threads, a quiet stdout, timing, one line of JSON."""

import argparse
import importlib.metadata
import json
import os
import statistics
import sys
import time
import warnings


def parse(doc, **defaults):
    """`--name value` for each default, and --threads and --rounds. Sets the thread counts before torch is imported."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in {**defaults, "threads": 2, "rounds": defaults.get("rounds", 9)}.items():
        parser.add_argument("--" + name, type=type(value), default=value, help=f"default {value}")
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    warnings.filterwarnings("ignore")
    import torch
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    torch.manual_seed(7)
    return options


def time_rounds(work, rounds, warm_up=2):
    """Seconds of each round of `work()`, after `warm_up` rounds that do not count."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def report(name, options, times, per, unit, **more):
    """`times` are seconds of a round; `per` turns a round into the reported quantity."""
    def version(package):
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            return None
    result = {"name": name, **vars(options), "unit": unit, "median": round(statistics.median(times) * per, 4), "min": round(min(times) * per, 4), **more,
              "torch": version("torch"), "norse": version("norse"), "python": sys.version.split()[0], "cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
    print(json.dumps(result))
