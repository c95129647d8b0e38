"""One step of a Norse cell: n neurons, 16 different Poisson frames (p = 0.1) cycled. Reports microseconds per step.

--model li, lif, lifRefrac, adex, izhikevich or lsnn. One JSON line on stdout. One round is `steps` steps.
"""

from common import parse, report, time_rounds

options = parse(__doc__, model="lif", n=10000, steps=200)

import norse.torch as norse  # noqa: E402
import torch  # noqa: E402

weight = 20.0 if options.model == "izhikevich" else 2.0
frames = [(torch.rand(options.n) < 0.1).float() * weight for _ in range(16)]
cell = {
    "li": lambda: norse.LICell(),
    "lif": lambda: norse.LIFCell(),
    "lifRefrac": lambda: norse.LIFRefracCell(),
    "adex": lambda: norse.LIFAdExCell(),
    "izhikevich": lambda: norse.IzhikevichCell(norse.functional.izhikevich.tonic_spiking),
    "lsnn": lambda: norse.LSNNCell(),
}[options.model]()
state, next_frame, spikes = None, 0, 0.0


def work():
    global state, next_frame
    for _ in range(options.steps):
        z, state = cell(frames[next_frame & 15], state)
        next_frame += 1


times = time_rounds(work, options.rounds, 1)
for frame in frames:                                   # not timed: how busy the neurons are
    z, state = cell(frame, state)
    spikes += float((z != 0).sum())
report("norse_models", options, times, 1e6 / options.steps, "us per step", activity=round(spikes / 16 / options.n, 4))
