/** rxspike: spiking neural networks as RxJS pipelines. Values, layers' types, models, weights, and what happened besides the values. */

export { argmax, full, type Nested, ones, sameBits, type Shape, stack, Tensor, tensor, zeros } from './tensor.ts'
export type { EventPacket } from './events.ts'
export { DecodeError, DeviceError, EquationError, MissingPackageError, ShapeError } from './errors.ts'

export type { Cell, SnapshotOf, Stage, StateOf, WeightsOf } from './layers/cell.ts'
export type { DeepPartial, Learnable, Param, RunOptions, Snapshot } from './layers/options.ts'
export { type Initializer, kaimingUniform, normal, uniform } from './layers/initializer.ts'
export { learnable } from './layers/learnable.ts'
export { edgeKernels } from './layers/edge-kernels.ts'
export { readSnapshot, readWeights, writeSnapshot, writeWeights } from './stream/weight-files.ts'
export { cpu, type Device } from './layers/device.ts'

export { constantCurrentEncode, type ConstantCurrentOptions } from './codes/constant-current.ts'
export { poissonEncode, type PoissonOptions, signedPoissonEncode } from './codes/poisson.ts'
export { populationEncode, type PopulationOptions } from './codes/population.ts'
export { spikeLatencyEncode, spikeLatencyLifEncode } from './codes/spike-latency.ts'
export { maxDecode, meanDecode, sumDecode } from './codes/decode.ts'
export { spikesToTimes, spikesToTimesGradient, type SpikeTimesOptions } from './codes/spike-times.ts'
export { expFilterStep } from './codes/exp-filter.ts'
export { mullerC, spikeAnd, spikeEdge, spikeOr, spikeXor } from './codes/logic.ts'
export { type Accumulator, regularizeStep, spikeAccumulator, voltageAccumulator } from './codes/regularize.ts'
export { stochasticThreshold } from './codes/stochastic-threshold.ts'
export { covarianceMatrix, gaussianKernel, type KernelGrid } from './codes/receptive-field/gaussian.ts'
export {
  type SpatialChoice,
  type SpatialParameters,
  spatialParameters,
  type SpatioTemporalParameters,
  spatioTemporalParameters,
} from './codes/receptive-field/parameters.ts'
export {
  type FieldsOptions,
  type SpatialField,
  spatialReceptiveField,
  spatialReceptiveFields,
} from './codes/receptive-field/spatial.ts'
export { temporalScaleDistribution } from './codes/receptive-field/temporal.ts'
export { heaviside, heavisideSign, surrogateDerivative, type SurrogateMethod } from './neurons/surrogate.ts'
export { lifAdjoint, type LifAdjoint, type LifStep } from './neurons/lif-adjoint.ts'

export type { NeuronDefinition } from './kernel/equations/definition.ts'
export { defineNeuron, type NeuronModel, type NeuronOptions, type Surrogate } from './stream/neuron.ts'
export type { RuleDefinition, TraceKind } from './plasticity/definition.ts'
export type { Rule } from './layers/plastic/rule.ts'
export { defineRule, type RuleModel, type RuleOptions, type RuleParam } from './stream/rule.ts'
export { correlationSensor, stdp, type StdpParams, stdpSensor, threeFactor, type ThreeFactorParams } from './stream/learning-rules.ts'
export type { Layer } from './stream/layer.ts'
export { valve, type Valve } from './stream/valve.ts'
export { diagnostics } from './stream/diagnostics.ts'
export type { Diagnostic } from './diagnostics.ts'
export { meter, type Measurement } from './stream/meter.ts'
export type { Sink } from './stream/sink.ts'
export type { Tick } from './stream/ticks.ts'
