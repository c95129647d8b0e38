/** Layers without a state on a GPU: pooling and gain. */

import { broadcast, type Value } from '../layers/broadcast.ts'
import type { Description } from '../layers/description.ts'
import { isLearnable } from '../layers/learnable.ts'
import { isStream, type Node } from '../layers/node.ts'
import type { RemoteSlot } from '../layers/remote.ts'
import { type Factor, scaleNode } from '../layers/scale.ts'
import { sizeOf, Tensor } from '../tensor.ts'
import type { Built, GpuSite } from './site.ts'

/** Sums over windows of the last two axes. */
export function pooled(node: Node, layer: Description & { readonly kind: 'sumPool2d' | 'maxPool2d' }, site: GpuSite): Built {
  const { kernelSize, stride, padding } = layer
  const shape = node.outputShape(site.shape, site.path)
  const [outHeight, outWidth] = shape.slice(-2) as [number, number]
  const [inHeight, inWidth] = site.shape.slice(-2) as [number, number]
  const [v, u] = ['y', 'x'].map((axis) => `(this.thread.${axis} * ${stride} + k${axis} - ${padding})`)
  const inside = `${v} >= 0 && ${v} < ${inHeight} && ${u} >= 0 && ${u} < ${inWidth}`
  const source = `function (x) {
    let sum = 0
    for (let ky = 0; ky < ${kernelSize}; ky++) {
      for (let kx = 0; kx < ${kernelSize}; kx++) {
        ${padding === 0 ? '' : `if (${inside}) {`}
        sum = sum + x[(this.thread.z * ${inHeight} + ${v}) * ${inWidth} + ${u} + ${site.x.offset}]
        ${padding === 0 ? '' : '}'}
      }
    }
    return sum
  }`
  const stage = site.engine.stage(source, [outWidth, outHeight, sizeOf(shape.slice(0, -2))])
  return plain(shape, stage.current, () => stage.run(site.x.current))
}

/** y = factor * x. A factor that never changes and is one number is a number; else it is a plane of values. */
export function scaled(node: Node, { factor }: Description & { readonly kind: 'scale' }, site: GpuSite): Built {
  const { engine, path, shape, x } = site
  node.outputShape(shape, path)
  const count = sizeOf(shape)
  if (typeof factor === 'number') {
    const stage = engine.stage(`function (x, f) { return f * x[this.thread.x + ${x.offset}] }`, [count])
    return plain(shape, stage.current, () => stage.run(x.current, () => factor))
  }
  const stage = engine.stage(`function (x, f) { return f[this.thread.x] * x[this.thread.x + ${x.offset}] }`, [count])
  const memory = engine.memory(count)
  const plane = new Float32Array(count)
  const learnt = site.weights['factor'] as Tensor
  let current: Value = isLearnable(factor) ? learnt : isStream(factor) ? 1 : factor
  let changed = true
  const set = (value: Value) => {
    current = value
    broadcast(value, plane, shape)
    changed = true
  }
  set(current)
  const run = () => {
    if (changed) memory.write(plane)
    changed = false
    stage.run(x.current, memory.current)
  }
  const controls = node.ports(site).map(({ path: at }) => ({
    path: at,
    write: (value: unknown) => {
      scaleNode(value as Factor).outputShape(shape, at)
      set(value as Factor)
    },
  }))
  const read = () => (current as Tensor).data.slice()
  const slot = (): RemoteSlot => ({
    shape: learnt.shape,
    read,
    fetch: async () => read(),
    write: (data) => set(new Tensor(learnt.shape, data.slice())),
  })
  return { ...plain(shape, stage.current, run), controls, weights: isLearnable(factor) ? { factor: slot() } : {} }
}

const plain = (shape: Built['shape'], current: Built['y']['current'], run: () => void): Built => ({
  shape,
  y: { offset: 0, current },
  state: {},
  weights: {},
  controls: [],
  run,
})
