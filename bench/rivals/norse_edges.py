"""An edge filter on event-camera frames, with Norse: LIFRefracCell over every pixel -> Conv2d(1, 2, 9, dilation 3, padding 12, no bias).

16 different frames, made beforehand, are cycled; in each, `active` random pixels are `value`. At 1 hardly a pixel fires (a lone
event is noise, and the filter drops it); above 10 an event fires at once. Reports milliseconds per frame.
One JSON line on stdout. One round is `frames` frames.
"""

from common import parse, report, time_rounds

options = parse(__doc__, width=640, height=480, active=1000, value=1.0, frames=50, rounds=7)

import norse.torch as norse  # noqa: E402
import torch  # noqa: E402

frames = []
for _ in range(16):
    frame = torch.zeros(options.height * options.width)
    frame[torch.randperm(frame.numel())[:options.active]] = options.value
    frames.append(frame.reshape(1, 1, options.height, options.width))

cell = norse.LIFRefracCell()
conv = torch.nn.Conv2d(1, 2, 9, dilation=3, padding=12, bias=False)
state, next_frame, spikes = None, 0, 0.0


def work():
    global state, next_frame, out
    for _ in range(options.frames):
        z, state = cell(frames[next_frame & 15], state)
        out = conv(z)
        next_frame += 1


times = time_rounds(work, options.rounds, 1)
for frame in frames:                                   # not timed: how busy the network is
    z, state = cell(frame, state)
    spikes += float(z.sum())
report("norse_edges", options, times, 1e3 / options.frames, "ms per frame", spikesPerFrame=spikes / 16)
