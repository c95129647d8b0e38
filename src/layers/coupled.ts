/** Compartments that pull at one another: a state variable of a population, changed in every step by a layer that sees all of it. */

import { ShapeError } from '../errors.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import { nodeOf } from './cell.ts'
import { type Node, type Place, placeInside, type Running, type Slot, type Tree } from './node.ts'
import { isSlot } from './tree.ts'

export interface CoupledOptions {
  /** The state variable. */
  readonly state: string
  /** After the neuron's step instead of before it. */
  readonly after: boolean
}

/**
 * v = v + dt coupling(v), float32, before or after each step of the neuron.
 * @throws TypeError for what is no layer
 */
export function coupledNode(neuronCell: unknown, couplingCell: unknown, options: CoupledOptions): Node {
  const { state, after } = options
  if (typeof state !== 'string') throw new TypeError(`coupled: state: expected the name of a state variable, got ${String(state)}`)
  if (typeof after !== 'boolean') throw new TypeError(`coupled: after ${String(after)}: true or false is needed`)
  return joined(nodeOf(neuronCell, 'coupled: neuron'), nodeOf(couplingCell, 'coupled: coupling'), { state, after })
}

function joined(neuron: Node, coupling: Node, options: CoupledOptions): Node {
  const { state, after } = options
  const inNeuron = (place: Place) => placeInside(place, 'neuron')
  const inCoupling = (place: Place) => placeInside(place, 'coupling')
  /** Of the state variable, once it is sure that the coupling fits it. */
  const stateShape = (input: Shape, place: Place): Shape => {
    const all = neuron.initialState(input, inNeuron(place))
    const value = Object.hasOwn(all, state) ? all[state] : undefined
    if (!(value instanceof Tensor)) {
      const names = Object.keys(all).filter((name) => all[name] instanceof Tensor)
      throw new TypeError(`${place.path}: the neuron has no state variable '${state}' to couple; it has: ${names.join(', ') || 'none'}`)
    }
    const { path } = inCoupling(place)
    const back = coupling.outputShape(value.shape, path)
    if (!sameShape(back, value.shape)) throw new ShapeError(path, `[${value.shape.join(', ')}] at its output, as '${state}' has`, back)
    if (holdsAny(coupling.initialState(value.shape, inCoupling(place))))
      throw new TypeError(`${path}: a layer without state is needed, such as linear or conv2d; ${coupling.kind} has state`)
    return value.shape
  }
  return {
    kind: 'coupled',
    description: { kind: 'coupled', neuron, coupling, state, after },
    outputShape: (input, path) => {
      stateShape(input, { path, seed: 0 })
      return neuron.outputShape(input, `${path}.neuron`)
    },
    initialState: (input, place): Tree => ({ neuron: neuron.initialState(input, inNeuron(place)) }),
    initialWeights: (place): Tree => ({
      neuron: neuron.initialWeights(inNeuron(place)),
      coupling: coupling.initialWeights(inCoupling(place)),
    }),
    resolve:
      neuron.resolve || coupling.resolve
        ? (place, early) =>
            joined(neuron.resolve?.(inNeuron(place), early) ?? neuron, coupling.resolve?.(inCoupling(place), early) ?? coupling, options)
        : undefined,
    ports: (place) => [...neuron.ports(inNeuron(place)), ...coupling.ports(inCoupling(place))],
    build: (site): Running => {
      const { arena, time } = site
      const shape = stateShape(site.shape, site)
      const before = arena.reserve(sizeOf(shape))
      const pull = coupling.build({ ...site, ...inCoupling(site), shape, x: before, weights: site.weights['coupling'] as Tree })
      const cell = neuron.build({ ...site, ...inNeuron(site), weights: site.weights['neuron'] as Tree })
      const slot = slotOf(cell, state)
      let v: Float32Array
      let pulled: Float32Array
      const couple = () => {
        v.set(slot.view?.() ?? slot.read())
        pull.run()
        const dt = Math.fround(time.dt)
        for (let k = 0; k < v.length; k++) v[k] = (v[k] as number) + Math.fround(dt * (pulled[k] as number))
        // Through the slot, so that a population that leaves out what rests learns of it.
        slot.write(v)
      }
      return {
        shape: cell.shape,
        y: cell.y,
        state: { neuron: cell.state },
        weights: { neuron: cell.weights, coupling: pull.weights },
        parts: { neuron: cell, coupling: pull },
        controls: [...cell.controls, ...pull.controls],
        start: () => {
          cell.start()
          pull.start()
          v = arena.floats(before)
          pulled = arena.floats({ ...pull.y, length: v.length })
        },
        run: () => {
          if (!after) couple()
          cell.run()
          if (after) couple()
        },
      }
    },
  }
}

function slotOf(cell: Running, name: string): Slot {
  const slot = cell.state[name]
  if (slot === undefined || !isSlot(slot)) throw new TypeError(`coupled: the neuron runs without a state variable '${name}'`)
  return slot
}

const holdsAny = (tree: Tree): boolean => Object.values(tree).some((value) => value instanceof Tensor || holdsAny(value))
