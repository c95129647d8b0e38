"""LIFCell steps with Norse: n neurons, 16 different Poisson frames (p = 0.1, weight 2) cycled. Reports microseconds per step.

One JSON line on stdout. One round is `steps` steps.
"""

from common import parse, report, time_rounds

options = parse(__doc__, n=10000, steps=200)

import norse.torch as norse  # noqa: E402
import torch  # noqa: E402

frames = [(torch.rand(options.n) < 0.1).float() * 2 for _ in range(16)]
cell = norse.LIFCell()
state, next_frame, spikes = None, 0, 0.0


def work():
    global state, next_frame
    for _ in range(options.steps):
        z, state = cell(frames[next_frame & 15], state)
        next_frame += 1


times = time_rounds(work, options.rounds, 1)
for frame in frames:                                   # not timed: how busy the neurons are
    z, state = cell(frame, state)
    spikes += float(z.sum())
report("norse_lif", options, times, 1e6 / options.steps, "us per step", nsPerNeuron=round(min(times) * 1e9 / options.steps / options.n, 4), activity=round(spikes / 16 / options.n, 4))
