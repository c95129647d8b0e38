/** A GPU as a device. */

import { type Device, registerElsewhere } from '../layers/device.ts'
import { BoundedQueue, type Overflow } from '../stream/bound.ts'
import { runRemote } from '../stream/remote.ts'
import { checkCount } from '../stream/ticks.ts'
import { BACKENDS, type GpuBackend, openContext } from './context.ts'
import { openMachine } from './machine.ts'
import { checkSupported } from './network.ts'

export interface GpuOptions {
  /** Default: the first that works of `webgpu`, `webgl2` (browsers) and `headlessgl` (Node with the package `gl` and an X display). */
  readonly backend?: GpuBackend
  /** How many steps are under way on the GPU at once (2); as many more may wait. */
  readonly inFlight?: number
  /** What becomes of a step that finds no room to wait: see `mapAsync`. Default `error`. */
  readonly overflow?: Overflow
}

/**
 * The GPU, through gpu.js (an optional package: npm install gpu.js): `network.with({ device: gpu() })`.
 *
 * State and weights stay on the GPU; the output, and what a probe watches, come back. Emissions keep their order and arrive later than
 * their input, so `step` and `sequence`, which answer at once, are errors. At most `inFlight` steps are under way and as many wait, also
 * while the kernels compile, which takes a moment at the first step; more than that: `overflow`. Completes after the last result.
 *
 * Never the CPU: where there is no GPU, or a layer that it cannot run, that is an error. Results agree with the CPU's within rounding: see
 * docs/gpu.md.
 * @throws RangeError, TypeError for bad options, at the call. `ready` rejects, and streams error, with DeviceError where no GPU works, and
 * MissingPackageError without gpu.js
 */
export function gpu(options: GpuOptions = {}): Device {
  const { backend, inFlight = 2, overflow = 'error' } = options
  if (backend !== undefined && !BACKENDS.includes(backend))
    throw new RangeError(`gpu: backend '${String(backend)}': ${BACKENDS.map((each) => `'${each}'`).join(', ')} are allowed`)
  checkCount('gpu', 'inFlight', inFlight)
  new BoundedQueue('gpu', { capacity: inFlight, overflow }) // checks the bound at the call

  const name = backend === undefined ? 'gpu' : `gpu (${backend})`
  const device: Device = {
    name,
    get ready() {
      const ready = openContext(backend).then(({ backend: found, reason }) => ({ backend: found, ...(reason !== undefined && { reason }) }))
      ready.catch(() => undefined) // who does not look at it hears it from the stream
      return ready
    },
  }
  return registerElsewhere(device, {
    check: checkSupported,
    run: (inside, source, out) =>
      runRemote(inside, source, out, {
        at: `${inside.node.kind} on ${name}`,
        inFlight,
        overflow,
        open: async (resolved, first) => openMachine(resolved, first, await openContext(backend)),
      }),
  })
}
