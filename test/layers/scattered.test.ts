import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { of, Subject } from 'rxjs'
import { conv1d, convTranspose2d, lif, sequential } from '../../operators/index.ts'
import { ShapeError } from '../../src/errors.ts'
import { conv1dNode } from '../../src/layers/conv1d.ts'
import { convTranspose2dNode } from '../../src/layers/conv-transpose2d.ts'
import type { Slot } from '../../src/layers/node.ts'
import { ones, sizeOf, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { inputs, RUNS, weights } from './arbitrary.ts'
import { BACKENDS, bitsOf, buildNode, runNode } from './run-node.ts'
import { fixtures, type Stored, toTensor } from './torch.ts'

const F = Math.fround

interface Sizes {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly outputPadding: number
  readonly dilation: number
  readonly groups: number
}
interface Case extends Sizes {
  readonly x: Tensor
  readonly weight: Tensor
  readonly bias: Tensor | undefined
}

/** bias, then channel and place ascending: every output gathers. */
function conv1dReference({ x, weight, bias, stride, padding, dilation, groups }: Case): Tensor {
  const [channels, length] = x.shape.slice(-2) as [number, number]
  const [outChannels, inGroup, kernel] = weight.shape as [number, number, number]
  const outputs = Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
  const rows = sizeOf(x.shape.slice(0, -2))
  const y: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outChannels; o++) {
      const firstChannel = Math.floor((o * groups) / outChannels) * inGroup
      for (let u = 0; u < outputs; u++) {
        let sum = (bias?.data[o] ?? 0) + 0
        for (let c = 0; c < inGroup; c++) {
          for (let k = 0; k < kernel; k++) {
            const at = u * stride + k * dilation - padding
            if (at < 0 || at >= length) continue
            const input = x.data[(row * channels + firstChannel + c) * length + at] as number
            sum = F(sum + F(input * (weight.data[(o * inGroup + c) * kernel + k] as number)))
          }
        }
        y.push(sum)
      }
    }
  }
  return new Tensor([...x.shape.slice(0, -2), outChannels, outputs], Float32Array.from(y))
}

/** bias, then every input in ascending order, active or not, adds its kernel. */
function transposedReference({ x, weight, bias, stride, padding, outputPadding, dilation, groups }: Case): Tensor {
  const [channels, height, width] = x.shape.slice(-3) as [number, number, number]
  const [, outGroup, kernel] = weight.shape as [number, number, number]
  const outChannels = outGroup * groups
  const [down, across] = [height, width].map((n) => (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1) as [
    number,
    number,
  ]
  const images = sizeOf(x.shape.slice(0, -3))
  const y = Float32Array.from(
    { length: images * outChannels * down * across },
    (_, k) => (bias?.data[Math.floor(k / (down * across)) % outChannels] ?? 0) + 0,
  )
  for (let k = 0; k < x.data.length; k++) {
    const [image, c] = [Math.floor(k / (channels * height * width)), Math.floor(k / (height * width)) % channels]
    const [iy, ix] = [Math.floor(k / width) % height, k % width]
    const firstOut = Math.floor((c * groups) / channels) * outGroup
    for (let o = 0; o < outGroup; o++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++) {
          const [v, u] = [iy * stride + ky * dilation - padding, ix * stride + kx * dilation - padding]
          if (v < 0 || v >= down || u < 0 || u >= across) continue
          const at = ((image * outChannels + firstOut + o) * down + v) * across + u
          y[at] = (y[at] as number) + F((x.data[k] as number) * (weight.data[((c * outGroup + o) * kernel + ky) * kernel + kx] as number))
        }
      }
    }
  }
  return new Tensor([...x.shape.slice(0, -3), outChannels, down, across], y)
}

const sizes = fc.record({
  kernel: fc.integer({ min: 1, max: 6 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  dilation: fc.integer({ min: 1, max: 3 }),
  groups: fc.constantFrom(1, 1, 2),
  inGroup: fc.integer({ min: 1, max: 3 }),
  outGroup: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 1, max: 12 }),
  leading: fc.constantFrom([], [1], [2], [0]),
})

const drawn = (shape: readonly number[], weightShape: readonly number[], outputs: number, rest: Sizes): fc.Arbitrary<Case> =>
  fc
    .tuple(inputs(sizeOf(shape)), weights(sizeOf(weightShape)), fc.option(weights(outputs), { nil: undefined }))
    .map(([x, weight, bias]) => ({
      ...rest,
      x: new Tensor(shape, x),
      weight: new Tensor(weightShape, weight),
      bias: bias && new Tensor([outputs], bias),
    }))

const conv1dCases = sizes.chain(({ kernel, stride, padding, dilation, groups, inGroup, outGroup, width, leading }) => {
  const least = Math.max(1, dilation * (kernel - 1) + 1 - 2 * padding)
  const shape = [...leading, groups * inGroup, least - 1 + width]
  const rest = { kernel, stride, padding, outputPadding: 0, dilation, groups }
  return drawn(shape, [groups * outGroup, inGroup, kernel], groups * outGroup, rest)
})

const transposedCases = sizes.chain(({ kernel, stride, padding, dilation, groups, inGroup, outGroup, height, width, leading }) => {
  const outputPadding = Math.min(padding, Math.max(stride, dilation) - 1)
  const reach = Math.min(height, width) * stride - stride + dilation * (kernel - 1) + outputPadding
  const rest = { kernel, stride, padding: Math.min(padding, Math.floor(reach / 2)), outputPadding, dilation, groups }
  return drawn([...leading, groups * inGroup, height, width], [groups * inGroup, outGroup, kernel, kernel], groups * outGroup, rest)
})

describe.each([
  { name: 'conv1d', node: conv1dNode, cases: conv1dCases, reference: conv1dReference },
  { name: 'convTranspose2d', node: convTranspose2dNode, cases: transposedCases, reference: transposedReference },
])('$name', ({ node, cases, reference }) => {
  test('in WebAssembly and JavaScript: the bits of a plain loop', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const expected = reference(each)
        const { weight, bias = false as const, stride, padding, outputPadding, dilation, groups } = each
        for (const backend of BACKENDS) {
          const y = runNode(node({ weight, bias, stride, padding, outputPadding, dilation, groups }), each.x, { backend })
          expect(y.shape).toEqual(expected.shape)
          expect(bitsOf(y)).toEqual(bitsOf(expected))
        }
      }),
      RUNS,
    )
  })
})

describe('synapses that scatter', () => {
  test.each(BACKENDS)('a weight that is not finite meets the inputs that are 0, in %s', (backend) => {
    const instance = buildNode(conv1dNode({ weight: tensor([[[Infinity, 1]]]) }), [1, 3], { backend })
    expect([...instance.step([0, 1, 1])]).toEqual([Number.NaN, Infinity])
    ;(instance.running.weights['weight'] as Slot).write(Float32Array.of(2, 3))
    expect([...instance.step([0, 1, 1])]).toEqual([3, 5])
    const wide = convTranspose2dNode({
      weight: tensor([
        [
          [
            [Infinity, 1],
            [1, 1],
          ],
        ],
      ]),
      stride: 2,
    })
    expect([...runNode(wide, tensor([[[0, 2]]]), { backend })]).toEqual([Number.NaN, 0, Infinity, 2, 0, 0, 2, 2])
  })

  test('rows of a batch do not see one another', () => {
    const rows = [1, 2, 3].map((seed) => ones(2, 9).map((_, k) => (k % seed === 0 ? Math.sin(k * seed) : 0)))
    const line = conv1d(2, 3, 3, { padding: 1 })
    expect(bitsOf(line.step(stack(rows))[0])).toEqual(bitsOf(stack(rows.map((row) => line.step(row)[0]))))
    const images = rows.map((row) => row.reshape(2, 3, 3))
    const plane = convTranspose2d(2, 5, 3, { stride: 2 })
    expect(bitsOf(plane.step(stack(images))[0])).toEqual(bitsOf(stack(images.map((image) => plane.step(image)[0]))))
  })

  test('begin as in PyTorch', () => {
    const line = conv1d(4, 6, 5, { groups: 2 }).weights
    expect([line.weight.shape, line.bias?.shape]).toEqual([[6, 2, 5], [6]])
    expect(Math.max(...line.weight.data.map(Math.abs), ...(line.bias as Tensor).data.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(10))
    // PyTorch counts the second axis of the weight here too: out / groups.
    const plane = convTranspose2d(100, 8, 3, { groups: 2 }).weights
    expect([plane.weight.shape, plane.bias?.shape]).toEqual([[100, 4, 3, 3], [8]])
    const largest = Math.max(...plane.weight.data.map(Math.abs))
    expect(largest).toBeLessThanOrEqual(1 / 6)
    expect(largest).toBeGreaterThan(0.99 / 6)
  })

  test('stand in a network between neurons, with weights from outside', () => {
    const network = sequential({
      line: conv1d(1, 2, 3, { weights: { bias: tensor([1, 2]) }, weight: ones(2, 1, 3), bias: zeros(2) }),
      spikes: lif(),
    })
    expect(network.weights.line.bias?.toArray()).toEqual([1, 2])
    expect(network.outputShape([4, 1, 10])).toEqual([4, 2, 8])
  })

  test('a stream of weights decides the shape, and each takes effect between two steps', () => {
    const kernels = new Subject<Tensor>()
    const seen: unknown[] = []
    const steps = new Subject<Tensor>()
    steps.pipe(conv1d(kernels)).subscribe((y) => seen.push(y.toArray()))
    kernels.next(tensor([[[1, 1]]]))
    steps.next(tensor([[1, 2, 3]]))
    kernels.next(tensor([[[1, -1]]]))
    steps.next(tensor([[1, 2, 3]]))
    expect(seen).toEqual([[[3, 5]], [[-1, -1]]])
    of(ones(1, 1, 1))
      .pipe(convTranspose2d(of(ones(1, 2, 2, 2))))
      .subscribe((y) => seen.push(y.shape))
    expect(seen.at(-1)).toEqual([2, 2, 2])
  })

  test('errors name the layer, what was expected and what came', () => {
    expect(() => conv1d(2, 3, 5).outputShape([2, 3])).toThrow(
      'conv1d: expected a tensor of shape [..., 2, x] with x at least 5, got [2, 3]; the kernel is longer than the padded input',
    )
    expect(() => conv1d(2, 3, 1).outputShape([3, 7])).toThrow('conv1d: expected a tensor of shape [..., 2, x], got [3, 7]')
    expect(() => conv1d(2, 3, 0)).toThrow('conv1d: kernelSize 0 must be a positive integer')
    expect(() => conv1d(3, 4, 1, { groups: 2 })).toThrow('conv1d: inChannels 3 must be a multiple of groups 2')
    expect(() => conv1d(1, 1, 3, { padding: -1 })).toThrow('conv1d: padding -1')
    expect(() => conv1d(ones(2, 3))).toThrow(ShapeError)
    expect(() => conv1d('3' as unknown as Tensor)).toThrow('conv1d: expected (inChannels, outChannels, kernelSize), a weight Tensor')
    expect(() => conv1d(1, 1, 1, { strides: 2 } as {})).toThrow("conv1d: there is no option 'strides'")
    expect(() => convTranspose2d(2, 1, 2).outputShape([1, 4, 4])).toThrow(
      'convTranspose2d: expected a tensor of shape [..., 2, y, x], got [1, 4, 4]',
    )
    expect(() => convTranspose2d(1, 1, 1, { padding: 3 }).outputShape([1, 4, 4])).toThrow('padding leaves no output')
    expect(() => convTranspose2d(1, 1, 2, { stride: 2, outputPadding: 2 })).toThrow(
      'outputPadding 2 must be less than stride 2 or dilation 1',
    )
    expect(() => convTranspose2d(ones(1, 1, 2, 3))).toThrow(ShapeError)
    expect(() => convTranspose2d(1, 2, 2, { bias: zeros(1) })).toThrow('convTranspose2d.bias: expected a tensor of shape [2], got [1]')
  })
})

interface Recorded {
  readonly name: string
  readonly exact: boolean
  readonly options: object
  readonly input: Stored
  readonly weight: Stored
  readonly bias: Stored | null
  readonly output: Stored
}

describe.each([
  ['conv1d', conv1dNode],
  ['convTranspose2d', convTranspose2dNode],
] as const)('%s agrees with PyTorch', (name, node) => {
  test.each(fixtures<Recorded>(name.toLowerCase()))('$name', ({ options, input, weight, bias, output, exact }) => {
    for (const backend of BACKENDS) {
      const y = runNode(node({ weight: toTensor(weight), bias: bias ? toTensor(bias) : false, ...options }), toTensor(input), { backend })
      expect(y).toAgreeWithTorch(toTensor(output), exact)
    }
  })
})
