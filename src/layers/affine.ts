/** What linear and conv2d share: a weight, perhaps a bias, how they begin, and how they are reached from outside. */

import { ShapeError } from '../errors.ts'
import { seedOf } from '../random.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import { type Initializer, initialize, kaimingUniform } from './initializer.ts'
import type { Control, Place, Port, Slot, Slots, Streamable, Tree } from './node.ts'

/** The two ways to one result. */
export type Path = 'sparse' | 'dense'

export interface AffineOptions {
  /** Default: `kaimingUniform()`. A Tensor gives the values themselves. */
  readonly weight?: Initializer | Tensor
  /** Default: `kaimingUniform()`; where `weight` is a Tensor, no bias. */
  readonly bias?: Initializer | Tensor | false
  /** Default: derived from the place of the layer. */
  readonly seed?: number
  /** A stream of weights; becomes the control `<path>.weight`. Until it emits, `weight` holds. */
  readonly stream?: Streamable
  /** Takes one of two equal ways whatever the input, for tests and measurements. @internal */
  readonly force?: Path
}

/** The weights of one layer, seen from outside. */
export class Affine {
  readonly hasBias: boolean
  readonly #kind: string
  readonly #shape: Shape
  readonly #weight: Initializer | Tensor
  readonly #bias: Initializer | Tensor | false
  readonly #seed: number | undefined
  readonly #stream: Streamable | undefined

  /**
   * @param shape of the weight, outputs first; all other axes are summed over
   * @throws ShapeError for a Tensor of another shape
   */
  constructor(kind: string, shape: Shape, options: AffineOptions) {
    this.#kind = kind
    this.#shape = shape
    this.#weight = options.weight ?? kaimingUniform()
    this.#bias = options.bias ?? (options.weight instanceof Tensor ? false : kaimingUniform())
    this.#seed = options.seed
    this.#stream = options.stream
    this.hasBias = this.#bias !== false
    checkValues(`${kind}.weight`, this.#weight, shape)
    if (this.#bias !== false) checkValues(`${kind}.bias`, this.#bias, shape.slice(0, 1))
  }

  /** { weight, bias? }: a pure function of the place. */
  initial(place: Place): Tree {
    const seed = this.#seed ?? seedOf(place.path, place.seed)
    const shape = this.#shape
    const fanIn = sizeOf(shape.slice(1))
    const weight = initialize(this.#weight, shape, fanIn, seedOf('weight', seed))
    if (this.#bias === false) return { weight }
    return { weight, bias: initialize(this.#bias, shape.slice(0, 1), fanIn, seedOf('bias', seed)) }
  }

  /** The slots of a running instance, from how its memory is read and written; values are row-major as PyTorch's. */
  slots(weight: Pick<Slot, 'read' | 'write'>, bias: Pick<Slot, 'read' | 'write'>): Slots & { readonly weight: Slot } {
    const slot = { shape: this.#shape, ...weight }
    return this.hasBias ? { weight: slot, bias: { shape: this.#shape.slice(0, 1), ...bias } } : { weight: slot }
  }

  /** The port of a weight that is a stream. */
  ports({ path }: Place): readonly Port[] {
    return this.#stream === undefined ? [] : [{ path: `${path}.weight`, stream: this.#stream }]
  }

  /** The other end of the port. */
  controls(path: string, weight: Slot): readonly Control[] {
    if (this.#stream === undefined) return []
    const at = `${path}.weight`
    const write = (value: unknown): void => {
      if (!(value instanceof Tensor)) throw new TypeError(`${at}: a weight is a Tensor, not ${String(value)}`)
      if (!sameShape(value.shape, this.#shape)) throw new ShapeError(at, `[${this.#shape.join(', ')}]`, value.shape)
      weight.write(value.data)
    }
    return [{ path: at, write }]
  }

  /** Writes the weights that a site brings. @throws TypeError where one is missing, ShapeError where one does not fit. */
  load(slots: Slots, weights: Tree, path: string): void {
    for (const [name, slot] of Object.entries(slots)) {
      const value = weights[name]
      if (!(value instanceof Tensor)) throw new TypeError(`${path}: the ${this.#kind} layer got no ${name}`)
      const shape = (slot as Slot).shape
      if (!sameShape(value.shape, shape)) throw new ShapeError(`${path}.${name}`, `[${shape.join(', ')}]`, value.shape)
      ;(slot as Slot).write(value.data)
    }
  }
}

function checkValues(at: string, values: Initializer | Tensor, shape: Shape): void {
  if (values instanceof Tensor && !sameShape(values.shape, shape)) throw new ShapeError(at, `[${shape.join(', ')}]`, values.shape)
}
