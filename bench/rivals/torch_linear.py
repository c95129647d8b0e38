"""Linear(inputs, outputs) with torch on `batch` rows of Poisson spikes (probability `p`), 16 different inputs cycled. Microseconds per call.

One JSON line on stdout. One round is `calls` calls.
"""

from common import parse, report, time_rounds

options = parse(__doc__, inputs=1000, outputs=1000, batch=1, p=0.03, calls=200)

import torch  # noqa: E402

layer = torch.nn.Linear(options.inputs, options.outputs)
inputs = [(torch.rand(options.batch, options.inputs) < options.p).float() for _ in range(16)]
call = 0


def work():
    global call
    for _ in range(options.calls):
        layer(inputs[call & 15])
        call += 1


report("torch_linear", options, time_rounds(work, options.rounds), 1e6 / options.calls, "us per call")
