"""Norse's own benchmark: 1000 steps, batch 32, Poisson input (3 % a step), Linear(n, n) on all steps at once, then LIF. Reports milliseconds a run.

One JSON line on stdout. One round is one run.
"""

from common import parse, report, time_rounds

options = parse(__doc__, n=1000, steps=1000, batch=32)

import torch  # noqa: E402
from norse.torch.functional.lif import LIFFeedForwardState, LIFParameters, lif_feed_forward_integral  # noqa: E402

x = (torch.rand(options.steps, options.batch, options.n) < 0.03).float()
linear = torch.nn.Linear(options.n, options.n, bias=False)
rest = torch.zeros(options.batch, options.n)
z = None


def work():
    global z
    z, _ = lif_feed_forward_integral(linear(x), LIFFeedForwardState(v=rest.clone(), i=rest.clone()), LIFParameters())


times = time_rounds(work, options.rounds, 1)
report("norse_benchmark", options, times, 1e3, "ms per run", activity=round(float(z.mean()), 5))
