import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { type Conv2dOptions, conv2dNode } from '../../src/layers/conv2d.ts'
import type { Slot } from '../../src/layers/node.ts'
import { sizeOf, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { inputs, RUNS, weights } from './arbitrary.ts'
import { BACKENDS, bitsOf, buildNode, runNode } from './run-node.ts'
import { fixtures, type Stored, toTensor } from './torch.ts'

const F = Math.fround
const FORCES = ['sparse', 'dense', undefined] as const

interface Case {
  readonly x: Tensor
  readonly weight: Tensor
  readonly bias: Tensor | undefined
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
}

/** The definition: bias, then channel, ky, kx ascending, without what lies outside of the image. */
function reference({ x, weight, bias, stride, padding, dilation, groups }: Case): Tensor {
  const [channels, height, width] = x.shape.slice(-3) as [number, number, number]
  const [outChannels, inGroup, kernel] = weight.shape as [number, number, number]
  const [outHeight, outWidth] = [height, width].map((n) => Math.floor((n + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1) as [
    number,
    number,
  ]
  const images = sizeOf(x.shape.slice(0, -3))
  const y: number[] = []
  for (let image = 0; image < images; image++) {
    for (let o = 0; o < outChannels; o++) {
      const firstChannel = Math.floor((o * groups) / outChannels) * inGroup
      for (let v = 0; v < outHeight; v++) {
        for (let u = 0; u < outWidth; u++) {
          let sum = (bias?.data[o] ?? 0) + 0
          for (let c = 0; c < inGroup; c++) {
            for (let ky = 0; ky < kernel; ky++) {
              for (let kx = 0; kx < kernel; kx++) {
                const [iy, ix] = [v * stride + ky * dilation - padding, u * stride + kx * dilation - padding]
                if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue
                const input = x.data[((image * channels + firstChannel + c) * height + iy) * width + ix] as number
                sum = F(sum + F(input * (weight.data[((o * inGroup + c) * kernel + ky) * kernel + kx] as number)))
              }
            }
          }
          y.push(sum)
        }
      }
    }
  }
  return new Tensor([...x.shape.slice(0, -3), outChannels, outHeight, outWidth], Float32Array.from(y))
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.constantFrom([], [1], [2], [2, 1]),
    groups: fc.constantFrom(1, 1, 2, 3),
    inGroup: fc.integer({ min: 1, max: 3 }),
    outGroup: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.constantFrom(1, 1, 1, 2, 3),
    dilation: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 6 }),
    moreHeight: fc.integer({ min: 0, max: 7 }),
    moreWidth: fc.integer({ min: 0, max: 20 }),
    hasBias: fc.boolean(),
  })
  .chain(({ batch, groups, inGroup, outGroup, kernel, moreHeight, moreWidth, hasBias, ...rest }) => {
    const least = Math.max(1, (kernel - 1) * rest.dilation + 1 - 2 * rest.padding)
    const shape = [...batch, groups * inGroup, least + moreHeight, least + moreWidth]
    const weightShape = [groups * outGroup, inGroup, kernel, kernel]
    return fc.record({
      x: inputs(sizeOf(shape)).map((data) => new Tensor(shape, data)),
      weight: weights(sizeOf(weightShape)).map((data) => new Tensor(weightShape, data)),
      bias: hasBias ? weights(groups * outGroup).map((data) => new Tensor([groups * outGroup], data)) : fc.constant(undefined),
      groups: fc.constant(groups),
      stride: fc.constant(rest.stride),
      padding: fc.constant(rest.padding),
      dilation: fc.constant(rest.dilation),
    })
  })

const optionsOf = ({ weight, bias, stride, padding, dilation, groups }: Case): Conv2dOptions => ({
  weight,
  ...(bias && { bias }),
  stride,
  padding,
  dilation,
  groups,
})

describe('conv2d', () => {
  test('scattered, dense, chosen, in WebAssembly and JavaScript: the bits of the definition', () => {
    fc.assert(
      fc.property(cases, (each) => {
        // A border of zeros times finite weights adds nothing; the image itself may hold NaN and infinities.
        const expected = reference(each)
        for (const backend of BACKENDS) {
          for (const force of FORCES) {
            const y = runNode(conv2dNode({ ...optionsOf(each), ...(force && { force }) }), each.x, { backend })
            expect(y.shape).toEqual(expected.shape)
            expect(bitsOf(y)).toEqual(bitsOf(expected))
          }
        }
      }),
      RUNS,
    )
  }, 120_000)

  test('the edge detector: borders, corners, silence and all active', () => {
    const weight = new Tensor(
      [2, 1, 9, 9],
      Float32Array.from({ length: 162 }, (_, k) => Math.sin(k)),
    )
    for (const [height, width] of [
      [40, 61],
      [30, 26],
      [7, 9],
    ] as const) {
      for (const every of [1, 7, 97, 10_000]) {
        const x = new Tensor(
          [1, height, width],
          Float32Array.from({ length: height * width }, (_, k) => (k % every === every - 1 ? 1 : 0)),
        )
        const each: Case = { x, weight, bias: undefined, stride: 1, padding: 12, dilation: 3, groups: 1 }
        const expected = bitsOf(reference(each))
        for (const backend of BACKENDS) {
          for (const force of FORCES) {
            expect(bitsOf(runNode(conv2dNode({ ...optionsOf(each), ...(force && { force }) }), x, { backend }))).toEqual(expected)
          }
        }
      }
    }
  })

  test('an infinity touches the outputs that its taps meet and no others', () => {
    const data = new Float32Array(30 * 40)
    data[15 * 40 + 20] = Number.POSITIVE_INFINITY
    const node = conv2dNode({ weight: new Tensor([1, 1, 3, 3], new Float32Array(9).fill(1)), padding: 4, dilation: 4, force: 'sparse' })
    const y = runNode(node, new Tensor([1, 30, 40], data))
    expect([...y].filter((value) => value === Number.POSITIVE_INFINITY)).toHaveLength(9)
    expect([...y].filter((value) => value === 0)).toHaveLength(30 * 40 - 9)
  })

  test('weights that are not finite give the same bits on all back ends', () => {
    const weight = new Tensor(
      [2, 1, 3, 3],
      Float32Array.from({ length: 18 }, (_, k) => (k === 4 ? Number.POSITIVE_INFINITY : k)),
    )
    const x = new Tensor(
      [1, 5, 9],
      Float32Array.from({ length: 45 }, (_, k) => k % 3),
    )
    const [wasm, javascript] = BACKENDS.map((backend) => runNode(conv2dNode({ weight, padding: 1 }), x, { backend }))
    expect(bitsOf(wasm as Tensor)).toEqual(bitsOf(javascript as Tensor))
    expect((wasm as Tensor).at(0, 0, 0)).toBeNaN()
    expect((wasm as Tensor).at(1, 0, 0)).not.toBeNaN()
  })

  test('one instance, frame after frame: nothing is left of the frame before', () => {
    const weight = new Tensor(
      [3, 1, 5, 5],
      Float32Array.from({ length: 75 }, (_, k) => Math.cos(k)),
    )
    const instance = buildNode(conv2dNode({ weight, padding: 2, bias: tensor([1, -0, 2]) }), [1, 20, 30])
    for (let frame = 0; frame < 12; frame++) {
      const every = [1, 50, 3, 600][frame % 4] as number
      const x = new Tensor(
        [1, 20, 30],
        Float32Array.from({ length: 600 }, (_, k) => ((k + frame) % every === 0 ? k : 0)),
      )
      const expected = reference({ x, weight, bias: tensor([1, -0, 2]), stride: 1, padding: 2, dilation: 1, groups: 1 })
      expect(bitsOf(instance.step(x.data))).toEqual(bitsOf(expected))
    }
  })

  test('weights and bias come back as they were written, and take effect', () => {
    const instance = buildNode(conv2dNode({ inChannels: 2, outChannels: 4, kernelSize: 3, groups: 2, padding: 1 }), [2, 6, 11])
    const { weight, bias } = instance.running.weights as { weight: Slot; bias: Slot }
    expect(weight.shape).toEqual([4, 1, 3, 3])
    const written = Float32Array.from({ length: 36 }, (_, k) => (k === 3 ? -0 : k))
    weight.write(written)
    bias.write(Float32Array.of(-0, 1, 2, 3))
    expect(weight.read()).toEqual(written)
    expect(bias.read()).toEqual(Float32Array.of(-0, 1, 2, 3))
    const x = new Tensor(
      [2, 6, 11],
      Float32Array.from({ length: 132 }, (_, k) => k % 4),
    )
    const given = {
      x,
      weight: new Tensor([4, 1, 3, 3], written),
      bias: tensor([0, 1, 2, 3]),
      stride: 1,
      padding: 1,
      dilation: 1,
      groups: 2,
    }
    expect(bitsOf(instance.step(x.data))).toEqual(bitsOf(reference(given)))
  })

  test('begins as PyTorch does: fan-in is what one output sums', () => {
    const node = conv2dNode({ inChannels: 4, outChannels: 32, kernelSize: 5, groups: 4 })
    const { weight, bias } = node.initialWeights({ path: 'edges', seed: 0 }) as { weight: Tensor; bias: Tensor }
    expect(weight.shape).toEqual([32, 1, 5, 5])
    expect(bias.shape).toEqual([32])
    const most = Math.max(...weight.data.map(Math.abs))
    expect(most).toBeLessThanOrEqual(0.2)
    expect(most).toBeGreaterThan(0.19)
  })

  test('a weight that is a stream is a port and its control', () => {
    const stream = { subscribe: () => undefined }
    const node = conv2dNode({ weight: new Tensor([1, 1, 1, 1], Float32Array.of(2)), stream })
    expect(node.ports({ path: 'edges', seed: 0 })).toEqual([{ path: 'edges.weight', stream }])
    const instance = buildNode(node, [1, 1, 2], { path: 'edges' })
    instance.running.controls[0]?.write(new Tensor([1, 1, 1, 1], Float32Array.of(3)))
    expect([...instance.step([1, 2])]).toEqual([3, 6])
  })

  test('errors name the path, what was expected and what came', () => {
    const node = conv2dNode({ weight: zeros(2, 3, 9, 9), dilation: 3 })
    expect(node.outputShape([5, 3, 30, 26], 'edges')).toEqual([5, 2, 6, 2])
    expect(() => node.outputShape([1, 30, 30], 'net.edges')).toThrow(
      'net.edges: expected a tensor of shape [..., 3, y, x], got [1, 30, 30]',
    )
    expect(() => node.outputShape([30, 30], 'edges')).toThrow(ShapeError)
    expect(() => node.outputShape([3, 30, 24], 'edges')).toThrow('at least 25')
    expect(() => node.outputShape([3, 0, 30], 'edges')).toThrow(ShapeError)
    expect(() => conv2dNode({ inChannels: 3, outChannels: 4, kernelSize: 3, groups: 2 })).toThrow('multiple of groups')
    expect(() => conv2dNode({ inChannels: 3, outChannels: 4, kernelSize: 3, padding: -1 })).toThrow('padding -1')
    expect(() => conv2dNode({ inChannels: 3, outChannels: 4, kernelSize: 3, stride: 0.5 })).toThrow('stride 0.5')
    expect(() => conv2dNode({ inChannels: 3, outChannels: 4 })).toThrow('kernelSize')
    expect(() => conv2dNode({ weight: zeros(2, 1, 3, 4) })).toThrow(ShapeError)
    expect(() => conv2dNode({ weight: zeros(2, 1, 3, 3), bias: zeros(3) })).toThrow(ShapeError)
  })
})

interface Recorded {
  readonly name: string
  readonly exact: boolean
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
  readonly input: Stored
  readonly weight: Stored
  readonly bias: Stored | null
  readonly output: Stored
}

describe('conv2d agrees with PyTorch', () => {
  test.each(fixtures<Recorded>('conv2d'))('$name', ({ input, weight, bias, output, exact, stride, padding, dilation, groups }) => {
    for (const backend of BACKENDS) {
      for (const force of FORCES) {
        const options = { weight: toTensor(weight), bias: bias ? toTensor(bias) : (false as const), stride, padding, dilation, groups }
        const y = runNode(conv2dNode({ ...options, ...(force && { force }) }), toTensor(input), { backend })
        expect(y).toAgreeWithTorch(toTensor(output), exact)
      }
    }
  })
})
