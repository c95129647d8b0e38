"""The seed network with Norse: Conv2d(1, 3, 5, padding 2) -> LIF -> Flatten -> Linear(30000, 10) -> Sigmoid on ones [100, 1, 1, 100, 100].

Written in the three ways that Norse offers; the fastest is the result and all are listed:
  loop       SequentialState of cells, called once per step
  sequence   SequentialState with Lift(Conv2d), LIF over the whole sequence, the rest on all steps at once
  cells      no container: the convolution and the rest on all steps at once, a loop over LIFCell
One JSON line on stdout. One round is 100 steps; reports milliseconds per 100 steps.
"""

from common import parse, report, time_rounds

options = parse(__doc__, steps=100)

import statistics  # noqa: E402

import norse.torch as norse  # noqa: E402
import torch  # noqa: E402

data = torch.ones(options.steps, 1, 1, 100, 100)
conv, linear = torch.nn.Conv2d(1, 3, 5, padding=2), torch.nn.Linear(30000, 10)
loop = norse.SequentialState(conv, norse.LIFCell(), torch.nn.Flatten(), linear, torch.nn.Sigmoid())
sequence = norse.SequentialState(norse.Lift(conv), norse.LIF(), torch.nn.Flatten(2), linear, torch.nn.Sigmoid())
lif = norse.LIFCell()


def as_loop():
    state, out = None, []
    for x in data:
        y, state = loop(x, state)
        out.append(y)
    return torch.stack(out)


def as_sequence():
    return sequence(data)[0]


def as_cells():
    currents, state, out = conv(data.flatten(0, 1)), None, []
    for x in currents:
        z, state = lif(x, state)
        out.append(z)
    return torch.sigmoid(linear(torch.stack(out).flatten(1)))[:, None]


ways = {"loop": as_loop, "sequence": as_sequence, "cells": as_cells}
results = [way() for way in ways.values()]
assert all(torch.allclose(results[0], other, atol=1e-5) for other in results), "the three ways disagree"
times = {name: time_rounds(way, options.rounds) for name, way in ways.items()}
best = min(times, key=lambda name: statistics.median(times[name]))
scale = 1e3 * 100 / options.steps
report("norse_seed", options, times[best], scale, "ms per 100 steps", way=best,
       medians={name: round(statistics.median(t) * scale, 3) for name, t in times.items()})
