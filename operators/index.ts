/** What goes between a source and a sink: neurons, synapses, networks, events to tensors, time. */

export { iaf } from './iaf.ts'
export { li } from './li.ts'
export { lif } from './lif.ts'
export { lifRefrac } from './lif-refrac.ts'

export { conv2d, type ConvOptions } from './conv2d.ts'
export { linear } from './linear.ts'
export type { Affine, SynapseOptions } from '../src/stream/synapse.ts'
export { flatten } from './flatten.ts'
export { scale } from './scale.ts'
export { sumPool2d } from './sum-pool2d.ts'

export { sequential } from './sequential.ts'
export { recurrent } from './recurrent.ts'
export { probe, type Probe } from './probe.ts'
export { overTime } from './over-time.ts'

export { mapAccum } from './map-accum.ts'
export { feedback } from './feedback.ts'
export { mapAsync } from './map-async.ts'
export type { Bound } from '../src/stream/bound.ts'

export { crop } from './crop.ts'
export { toFrames } from './to-frames.ts'
export { toTimeSurface } from './to-time-surface.ts'

export { meanOver } from './mean-over.ts'
export { poisson } from './poisson.ts'
export { spikeCount } from './spike-count.ts'

export { fuse } from './fuse.ts'
export { hold } from './hold.ts'
export { resample } from './resample.ts'
export { stackTime, unstackTime } from './stack-time.ts'
