/**
 * Convolution of all inputs: every output sums its taps in the order channel, y, x, beginning with its bias, each product and
 * each sum rounded to float32.
 */

import type { Memory } from '../arena.ts'
import { brIf, type Code, f32, f32x4, type FunctionSource, i32, type Local, loop, range, type Scope, select, v128 } from '../assembler.ts'
import type { Kernel, KernelSource } from '../kernel.ts'
import { type Conv2dGeometry, geometryKey } from './conv2d-geometry.ts'

/** Outputs computed together: `channels` of them in `vectors` vectors. */
export interface Block {
  readonly firstChannel: number
  readonly channels: number
}

/** Vectors along x hold neighbouring pixels of one channel; along channels, neighbouring channels of one pixel (any stride, any width). */
const alongX = ({ stride, outWidth }: Conv2dGeometry): boolean => stride === 1 && outWidth >= 8

/** Output channels in blocks of up to 4, none across groups. */
export function blocks({ outChannels, groups }: Conv2dGeometry): readonly Block[] {
  const size = outChannels / groups
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: Math.ceil(size / 4) }, (_, k) => ({ firstChannel: group * size + k * 4, channels: Math.min(4, size - k * 4) })),
  ).flat()
}

/** Output channels for which a block stores weights. */
export const lanesOf = (geometry: Conv2dGeometry, channels: number): number => (alongX(geometry) ? channels : 4)
const tapsOf = ({ inChannels, groups, kernel }: Conv2dGeometry): number => (inChannels / groups) * kernel * kernel

/** Elements of all weights, block by block: [in / groups, ky, kx, channel of the block]. */
export const packedLength = (geometry: Conv2dGeometry): number =>
  blocks(geometry).reduce((sum, { channels }) => sum + tapsOf(geometry) * lanesOf(geometry, channels), 0)

/** Where a block's weights begin, in elements. */
export const packedOffset = (geometry: Conv2dGeometry, block: Block): number =>
  blocks(geometry)
    .filter(({ firstChannel }) => firstChannel < block.firstChannel)
    .reduce((sum, { channels }) => sum + tapsOf(geometry) * lanesOf(geometry, channels), 0)

/** From weights [out, in / groups, kernel, kernel]. */
export function packBlocks(geometry: Conv2dGeometry, weights: Float32Array, into: Float32Array): void {
  const taps = tapsOf(geometry)
  let offset = 0
  for (const { firstChannel, channels } of blocks(geometry)) {
    const lanes = lanesOf(geometry, channels)
    for (let c = 0; c < channels; c++) {
      for (let tap = 0; tap < taps; tap++) into[offset + tap * lanes + c] = weights[(firstChannel + c) * taps + tap] as number
    }
    offset += taps * lanes
  }
}

/** Size of the image with its border of zeros. */
const paddedWidth = ({ inWidth, padding }: Conv2dGeometry): number => inWidth + 2 * padding
const paddedHeight = ({ inHeight, padding }: Conv2dGeometry): number => inHeight + 2 * padding
/** Elements of one padded channel. */
export const paddedPlane = (geometry: Conv2dGeometry): number => paddedWidth(geometry) * paddedHeight(geometry)

type BlockName = 'block1' | 'block2' | 'block3' | 'block4'
export const blockName = ({ channels }: Block): BlockName => `block${channels}` as BlockName

/**
 * `pad(x, padded)` copies all channels into the middle of their padded planes. `block<c>(padded, y, weights, bias)` computes c
 * output channels from the padded planes of their group.
 */
export function conv2dDense(geometry: Conv2dGeometry): KernelSource<'pad' | BlockName> {
  const sizes = [1, 2, 3, 4] as const
  const body = alongX(geometry) ? blockAlongX : blockAlongChannels
  return {
    key: `conv2d-dense ${geometryKey(geometry)}`,
    functions: () => [
      { name: 'pad', params: ['i32', 'i32'], result: 'i32', body: (scope) => pad(scope, geometry) },
      ...sizes.map((channels): FunctionSource & { readonly name: BlockName } => ({
        name: `block${channels}`,
        params: ['i32', 'i32', 'i32', 'i32'],
        result: 'i32',
        body: (scope) => body(scope, geometry, channels),
      })),
    ],
    javascript: (memory) => ({
      pad: padTwin(memory, geometry),
      block1: blockTwin(memory, geometry, 1),
      block2: blockTwin(memory, geometry, 2),
      block3: blockTwin(memory, geometry, 3),
      block4: blockTwin(memory, geometry, 4),
    }),
  }
}

const padTwin =
  ({ f32 }: Memory, geometry: Conv2dGeometry): Kernel =>
  (x = 0, padded = 0) => {
    const { inChannels, inHeight, inWidth, padding } = geometry
    for (let row = 0; row < inChannels * inHeight; row++) {
      const from = (x >> 2) + row * inWidth
      const line = Math.floor(row / inHeight) * paddedHeight(geometry) + (row % inHeight) + padding
      f32.copyWithin((padded >> 2) + line * paddedWidth(geometry) + padding, from, from + inWidth)
    }
    return 0
  }

const blockTwin =
  ({ f32 }: Memory, geometry: Conv2dGeometry, channels: number): Kernel =>
  (padded = 0, y = 0, weights = 0, bias = 0) => {
    const { inChannels, groups, kernel, stride, dilation, outHeight, outWidth } = geometry
    const width = paddedWidth(geometry)
    const lanes = lanesOf(geometry, channels)
    const inGroup = inChannels / groups
    for (let c = 0; c < channels; c++) {
      for (let oy = 0; oy < outHeight; oy++) {
        const to = (y >> 2) + (c * outHeight + oy) * outWidth
        f32.fill((f32[(bias >> 2) + c] as number) + 0, to, to + outWidth)
        let tap = (weights >> 2) + c
        for (let i = 0; i < inGroup; i++) {
          for (let ky = 0; ky < kernel; ky++) {
            let corner = (padded >> 2) + i * paddedPlane(geometry) + (oy * stride + ky * dilation) * width
            for (let kx = 0; kx < kernel; kx++, corner += dilation, tap += lanes) {
              const weight = f32[tap] as number
              for (let k = to, from = corner; k < to + outWidth; k++, from += stride) {
                f32[k] = (f32[k] as number) + Math.fround((f32[from] as number) * weight)
              }
            }
          }
        }
      }
    }
    return 0
  }

const move = (pointer: Local, bytes: number): Code => (bytes === 0 ? [] : pointer.set(i32.add(pointer.get, i32.const(bytes))))
/** Counts down from a constant of at least 1. */
const repeat = (counter: Local, count: number, body: Code): Code => [
  counter.set(i32.const(count)),
  loop([body, brIf(counter.tee(i32.sub(counter.get, i32.const(1))), 0)]),
]

function pad({ params, local }: Scope, geometry: Conv2dGeometry): Code {
  const { inChannels, inHeight, inWidth, padding } = geometry
  const [x, padded] = params as [Local, Local]
  const [channel, row, k] = [local('i32'), local('i32'), local('i32')]
  const whole = inWidth - (inWidth % 4)
  const at = (base: Local): Code => i32.add(base.get, k.get)
  return [
    move(padded, (padding * paddedWidth(geometry) + padding) * 4),
    repeat(channel, inChannels, [
      repeat(row, inHeight, [
        range(k, i32.const(0), i32.const(whole * 4), 16, v128.store(at(padded), v128.load(at(x)))),
        range(k, i32.const(whole * 4), i32.const(inWidth * 4), 4, f32.store(at(padded), f32.load(at(x)))),
        move(x, inWidth * 4),
        move(padded, paddedWidth(geometry) * 4),
      ]),
      move(padded, 2 * padding * paddedWidth(geometry) * 4),
    ]),
    i32.const(0),
  ]
}

/**
 * Goes over the outputs, `width` of a row at a time, the last ones of a row so early that they end with the row (some are
 * computed twice). Per block: `begin`, then `tap` with `from` at its first input and `weight` at its weights, then `end(at)`.
 */
function everyBlock(scope: Scope, geometry: Conv2dGeometry, width: number, lanes: number, parts: BlockParts): Code {
  const { inChannels, groups, kernel, stride, dilation, outHeight, outWidth } = geometry
  const [padded, y, weights] = scope.params as [Local, Local, Local]
  const [oy, ox, at, i, ky, kx] = Array.from({ length: 6 }, () => scope.local('i32')) as [Local, Local, Local, Local, Local, Local]
  const { from, weight } = parts
  const line = paddedWidth(geometry) * 4
  return [
    range(oy, i32.const(0), i32.const(outHeight), 1, [
      range(ox, i32.const(0), i32.const(outWidth), width, [
        at.set(select(ox.get, i32.const(outWidth - width), i32.ltS(ox.get, i32.const(outWidth - width)))),
        from.set(i32.add(padded.get, i32.mul(at.get, i32.const(stride * 4)))),
        weight.set(weights.get),
        parts.begin,
        repeat(i, inChannels / groups, [
          repeat(ky, kernel, [
            repeat(kx, kernel, [parts.tap, move(from, dilation * 4), move(weight, lanes * 4)]),
            move(from, dilation * (line - kernel * 4)),
          ]),
          move(from, paddedPlane(geometry) * 4 - kernel * dilation * line),
        ]),
        at.set(i32.add(y.get, i32.shl(at.get, i32.const(2)))),
        parts.end(at),
      ]),
      move(padded, stride * line),
      move(y, outWidth * 4),
    ]),
    i32.const(0),
  ]
}

interface BlockParts {
  readonly from: Local
  readonly weight: Local
  readonly begin: Code
  readonly tap: Code
  end(at: Local): Code
}

function blockAlongX(scope: Scope, geometry: Conv2dGeometry, channels: number): Code {
  const bias = scope.params[3] as Local
  const most = { 1: 8, 2: 4, 3: 2, 4: 2 }[channels] ?? 2
  const vectors = Math.max(2, Math.min(most, Math.floor(geometry.outWidth / 4)))
  const plane = geometry.outHeight * geometry.outWidth * 4
  const [from, weight, splat] = [scope.local('i32'), scope.local('i32'), scope.local('v128')]
  const pixels = Array.from({ length: vectors }, () => scope.local('v128'))
  const sums = Array.from({ length: channels }, () => pixels.map(() => scope.local('v128')))
  return everyBlock(scope, geometry, vectors * 4, channels, {
    from,
    weight,
    begin: sums.map((row, c) => row.map((sum) => sum.set(f32x4.add(v128.loadSplat32(bias.get, c * 4), f32x4.const(0))))),
    tap: [
      pixels.map((pixel, k) => pixel.set(v128.load(from.get, k * 16))),
      sums.map((row, c) => [
        splat.set(v128.loadSplat32(weight.get, c * 4)),
        row.map((sum, k) => sum.set(f32x4.add(sum.get, f32x4.mul((pixels[k] as Local).get, splat.get)))),
      ]),
    ],
    end: (at) => sums.map((row, c) => row.map((sum, k) => v128.store(at.get, sum.get, c * plane + k * 16))),
  })
}

function blockAlongChannels(scope: Scope, geometry: Conv2dGeometry, channels: number): Code {
  const bias = scope.params[3] as Local
  const pixels = Math.min(4, geometry.outWidth)
  const plane = geometry.outHeight * geometry.outWidth * 4
  const [from, weight, four] = [scope.local('i32'), scope.local('i32'), scope.local('v128')]
  const sums = Array.from({ length: pixels }, () => scope.local('v128'))
  return everyBlock(scope, geometry, pixels, 4, {
    from,
    weight,
    begin: sums.map((sum) => sum.set(f32x4.add(v128.load(bias.get), f32x4.const(0)))),
    tap: [
      four.set(v128.load(weight.get)),
      sums.map((sum, k) => sum.set(f32x4.add(sum.get, f32x4.mul(v128.loadSplat32(from.get, k * geometry.stride * 4), four.get)))),
    ],
    end: (at) =>
      sums.map((sum, k) => Array.from({ length: channels }, (_, c) => f32.store(at.get, f32x4.extract(sum.get, c), c * plane + k * 4))),
  })
}
