/** Synapses on a GPU: one thread an output, its inputs added in ascending order to the bias, as everywhere. */

import { ShapeError } from '../errors.ts'
import type { Description } from '../layers/description.ts'
import type { Control, Node, Slots } from '../layers/node.ts'
import type { RemoteSlot } from '../layers/remote.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import type { Engine } from './engine.ts'
import type { Handle } from './gpujs.ts'
import type { Built, GpuSite } from './site.ts'

/** y = x W^T + b over the last axis. */
export function matrix(node: Node, layer: Description & { readonly kind: 'linear' }, site: GpuSite): Built {
  const { inFeatures, outFeatures, bias } = layer
  const shape = node.outputShape(site.shape, site.path)
  const rows = sizeOf(shape.slice(0, -1))
  const row = rows === 1 ? '0' : 'this.thread.y'
  const source = `function (x, w) {
    let sum = ${bias ? `w[this.thread.x + ${outFeatures * inFeatures}]` : '0'}
    for (let i = 0; i < ${inFeatures}; i++) {
      sum = sum + w[this.thread.x * ${inFeatures} + i] * x[${row} * ${inFeatures} + i + ${site.x.offset}]
    }
    return sum
  }`
  return synapses(node, shape, source, rows === 1 ? [outFeatures] : [outFeatures, rows], site)
}

/** Cross-correlation with square kernels over the last three axes. A thread finds its image and group by looking: indices stay integers. */
export function convolution(node: Node, layer: Description & { readonly kind: 'conv2d' }, site: GpuSite): Built {
  const { inChannels, outChannels, kernel, stride, padding, dilation, groups, bias } = layer
  const shape = node.outputShape(site.shape, site.path)
  const [outHeight, outWidth] = shape.slice(-2) as [number, number]
  const [inHeight, inWidth] = site.shape.slice(-2) as [number, number]
  const images = sizeOf(shape.slice(0, -3))
  const [inputs, outputs] = [inChannels / groups, outChannels / groups]
  const weights = outChannels * inputs * kernel * kernel
  const [image, group] = [images === 1 ? '0' : 'image', groups === 1 ? '0' : 'group']
  const channel = `(this.thread.z - ${image} * ${outChannels})`
  const [v, u] = ['y', 'x'].map((axis) => `(this.thread.${axis} * ${stride} + k${axis} * ${dilation} - ${padding})`)
  const inside = `${v} >= 0 && ${v} < ${inHeight} && ${u} >= 0 && ${u} < ${inWidth}`
  const weight = `w[((${channel} * ${inputs} + c) * ${kernel} + ky) * ${kernel} + kx]`
  const pixel = `x[((${image} * ${inChannels} + ${group} * ${inputs} + c) * ${inHeight} + ${v}) * ${inWidth} + ${u} + ${site.x.offset}]`
  const sum = [
    `sum = ${bias ? `w[${channel} + ${weights}]` : '0'}`,
    `for (let c = 0; c < ${inputs}; c++) {`,
    `for (let ky = 0; ky < ${kernel}; ky++) {`,
    `for (let kx = 0; kx < ${kernel}; kx++) {`,
    padding === 0 ? '' : `if (${inside}) {`,
    `sum = sum + ${weight} * ${pixel}`,
    padding === 0 ? '' : '}',
    '} } }',
  ]
  const ofGroup =
    groups === 1
      ? sum
      : [
          `for (let group = 0; group < ${groups}; group++) {`,
          `if (${channel} >= group * ${outputs} && ${channel} < (group + 1) * ${outputs}) {`,
          ...sum,
          '} }',
        ]
  const ofImage =
    images === 1
      ? ofGroup
      : [
          `for (let image = 0; image < ${images}; image++) {`,
          `if (this.thread.z >= image * ${outChannels} && this.thread.z < (image + 1) * ${outChannels}) {`,
          ...ofGroup,
          '} }',
        ]
  const source = ['function (x, w) {', 'let sum = 0', ...ofImage, 'return sum', '}'].join('\n')
  return synapses(node, shape, source, [outWidth, outHeight, images * outChannels], site)
}

function synapses(node: Node, shape: Shape, source: string, output: readonly number[], site: GpuSite): Built {
  const weights = new Weights(node, site)
  const stage = site.engine.stage(source, output)
  return {
    shape,
    y: { offset: 0, current: stage.current },
    state: {},
    weights: weights.slots,
    controls: weights.controls,
    run: () => {
      weights.bring()
      stage.run(site.x.current, weights.current)
    },
  }
}

/** Weight and bias, one after the other. They change from here only, so what they are is known here. */
class Weights {
  readonly slots: Slots
  readonly controls: readonly Control[]
  readonly current: () => Handle
  readonly #values: Float32Array
  readonly #memory: ReturnType<Engine['memory']>
  #changed = true

  constructor(node: Node, { engine, weights, diagonal, ...place }: GpuSite) {
    const { weight, bias } = weights as { readonly weight: Tensor; readonly bias?: Tensor }
    this.#values = new Float32Array(weight.data.length + (bias?.data.length ?? 0))
    this.#memory = engine.memory(this.#values.length)
    this.current = this.#memory.current
    const slot = this.#slot(0, weight, diagonal)
    this.slots = bias === undefined ? { weight: slot } : { weight: slot, bias: this.#slot(weight.data.length, bias) }
    this.controls = node.ports(place).map(({ path }) => ({
      path,
      write: (value) => {
        if (!(value instanceof Tensor)) throw new TypeError(`${path}: a weight is a Tensor, not ${String(value)}`)
        if (!sameShape(value.shape, slot.shape)) throw new ShapeError(path, `[${slot.shape.join(', ')}]`, value.shape)
        slot.write(value.data)
      },
    }))
  }

  /** Brings over what was written. */
  bring(): void {
    if (this.#changed) this.#memory.write(this.#values)
    this.#changed = false
  }

  #slot(from: number, { shape, data: start }: Tensor, diagonal?: 'zero'): RemoteSlot {
    const values = this.#values.subarray(from, from + start.length)
    const read = () => values.slice()
    const write = (data: Float32Array) => {
      values.set(data)
      if (diagonal === 'zero') for (let k = 0; k < values.length; k += (shape[0] as number) + 1) values[k] = 0
      this.#changed = true
    }
    write(start)
    return { shape, read, fetch: async () => read(), write }
  }
}
