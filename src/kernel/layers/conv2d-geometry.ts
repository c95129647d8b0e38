/** The sizes of one two-dimensional convolution, and which taps of the kernel meet which input. */

/** Square kernel, the same stride, padding and dilation along both axes. Baked into the code of its kernels. */
export interface Conv2dGeometry {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
  readonly inHeight: number
  readonly inWidth: number
  readonly outHeight: number
  readonly outWidth: number
}

/** Elements along one axis of the output; less than 1 where the kernel does not fit. */
export const outLength = (length: number, kernel: number, stride: number, padding: number, dilation: number): number =>
  Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1

export const geometryKey = (geometry: Conv2dGeometry): string => Object.values(geometry).join(' ')

/** What one input row or column reaches: taps `first`, `first + tapStep`, ... of the kernel, at outputs `out`, `out - outStep`, ... */
export interface Reach {
  readonly count: number
  readonly first: number
  readonly out: number
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
/** Between two taps that one input meets. */
export const tapStep = ({ stride, dilation }: Conv2dGeometry): number => stride / divisor(stride, dilation)
/** Between the outputs of these taps. */
export const outStep = ({ stride, dilation }: Conv2dGeometry): number => dilation / divisor(stride, dilation)

/** For every position of an input axis the taps with out = (position + padding - tap dilation) / stride on the output axis. */
export function reaches(geometry: Conv2dGeometry, inLength: number, length: number): readonly Reach[] {
  const { kernel, stride, padding, dilation } = geometry
  return Array.from({ length: inLength }, (_, position) => {
    const taps = Array.from({ length: kernel }, (_, tap) => tap).filter((tap) => {
      const at = position + padding - tap * dilation
      return at % stride === 0 && at >= 0 && at < length * stride
    })
    const first = taps[0] ?? 0
    return { count: taps.length, first, out: taps.length === 0 ? 0 : (position + padding - first * dilation) / stride }
  })
}
