/** rxspike: spiking neural networks as RxJS pipelines. Values, layers' types, models, weights, and what happened besides the values. */

export { argmax, full, type Nested, ones, sameBits, type Shape, stack, Tensor, tensor, zeros } from './tensor.ts'
export type { EventPacket } from './events.ts'
export { DecodeError, DeviceError, EquationError, MissingPackageError, ShapeError } from './errors.ts'

export type { Cell, SnapshotOf, Stage, StateOf, WeightsOf } from './layers/cell.ts'
export type { DeepPartial, Learnable, Param, RunOptions, Snapshot } from './layers/options.ts'
export { type Initializer, kaimingUniform, normal, uniform } from './layers/initializer.ts'
export { learnable } from './layers/learnable.ts'
export { edgeKernels } from './layers/edge-kernels.ts'
export { cpu, type Device } from './layers/device.ts'

export type { NeuronDefinition } from './kernel/equations/definition.ts'
export { defineNeuron, type NeuronModel, type NeuronOptions, type Surrogate } from './stream/neuron.ts'
export type { Layer } from './stream/layer.ts'
export { valve, type Valve } from './stream/valve.ts'
export { diagnostics } from './stream/diagnostics.ts'
export type { Diagnostic } from './diagnostics.ts'
export { meter, type Measurement } from './stream/meter.ts'
export type { Sink } from './stream/sink.ts'
export type { Tick } from './stream/ticks.ts'
