/** The kernel of the synapses of a rule: over the inputs, and for each over the vectors of outputs that its list names. */

import type { Memory } from '../kernel/arena.ts'
import { brIf, type Code, f32, f32x4, i32, type Local, loop, range, type Scope, select, v128, when } from '../kernel/assembler.ts'
import { scalarSteps } from '../kernel/equations/scalar.ts'
import { vectorStep } from '../kernel/equations/vector-step.ts'
import type { Kernel, KernelSource } from '../kernel/kernel.ts'
import { TAME } from './need.ts'
import type { SynapseProgram } from './programs.ts'

/** Arguments before the state. */
const FIXED = 13
/** The largest magnitude of an input's or output's value, or of a weight, for which synapses are left out. */
export const LIMIT: number = 2 ** TAME
const MAGNITUDE = 0x7fffffff
/** The largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127

/**
 * `pass(n, index, x, dt, y, rowBytes, quiet, quietCount, active, activeCount, all, allCount, touched, ...state, ...params)`
 *
 * For each k < n, in ascending order, input number k, whose synapses are row `index[k]` (k itself without an index, 0) of every
 * region of synapses (rows of `rowBytes`): `y`, state, and the parameters per synapse. The lists hold byte offsets of vectors of four
 * outputs within a row: `quiet` for inputs with x[k] = 0, `active` for others, `all` for those that hand over a value beyond `LIMIT`
 * or NaN. `touched`, if not 0, is a word per row, set to 1 where anything was computed.
 * Parameters per input are read at k, per output at the place within a row. Result, of what was written to `y`: 0 where no magnitude
 * is beyond LIMIT, 1 where one is, 2 where one is not finite.
 */
export function synapseKernel(key: string, program: SynapseProgram): KernelSource<'pass'> {
  const { layout, graph } = program
  const { javascript, interpreter } = scalarSteps(graph, layout)
  return {
    key,
    functions: () => [
      {
        name: 'pass' as const,
        params: Array.from({ length: FIXED + layout.state.length + layout.params.length }, () => 'i32' as const),
        result: 'i32',
        body: (scope) => body(scope, program),
      },
    ],
    javascript: (memory) => ({ pass: twin(program, javascript(memory), memory) }),
    interpreter: (memory) => ({ pass: twin(program, interpreter(memory), memory) }),
  }
}

type Fixed = [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, ...Local[]]

function body(scope: Scope, { graph, layout, shared, synapses, inputs }: SynapseProgram): Code {
  const [n, index, x, dt, y, rowBytes, quiet, quietCount, active, activeCount, all, allCount, touched, ...bases] = scope.params as Fixed
  const integer = () => scope.local('i32')
  const [k, number, row, from, end, at, silent] = [integer(), integer(), integer(), integer(), integer(), integer(), integer()]
  // Cheaper than the largest magnitude: whether all are within each of two limits.
  const [tame, finite, size] = [scope.local('v128'), scope.local('v128'), scope.local('v128')]
  const target = integer()
  const count = layout.state.length
  const moving = bases.map((base, j) => {
    const parameter = j - count
    const perSynapse = parameter < 0 || (parameter >= shared && parameter < shared + synapses)
    const perInput = parameter >= shared + synapses && parameter < shared + synapses + inputs
    if (!perSynapse && !perInput) return { base, now: base, code: [] }
    const now = integer()
    return { base, now, code: now.set(i32.add(base.get, perSynapse ? row.get : k.get)) }
  })
  const places = {
    at,
    dt,
    x,
    y: target,
    keyA: n,
    keyB: n,
    state: moving.slice(0, count).map(({ now }) => now),
    params: moving.slice(count).map(({ now }) => now),
  }
  const { before, round } = vectorStep(scope, graph, layout, places, 1)
  const handed = bases.slice(count + shared + synapses, count + shared + synapses + inputs)
  const isWild = handed.map((base) => i32.eqz(f32.le(f32.abs(f32.load(i32.add(base.get, k.get))), f32.const(LIMIT))))
  const choose = (list: Local, size: Local): Code => [from.set(list.get), end.set(size.get)]
  const within = (limit: number, all: Local): Code => all.set(v128.and(all.get, f32x4.le(size.get, f32x4.const(limit))))
  const fails = (all: Local): Code => v128.anyTrue(v128.not(all.get))
  return [
    n.set(i32.shl(n.get, i32.const(2))),
    tame.set(v128.const(-1)),
    finite.set(v128.const(-1)),
    range(k, i32.const(0), n.get, 4, [
      silent.set(i32.eqz(i32.and(i32.load(i32.add(x.get, k.get)), i32.const(MAGNITUDE)))),
      from.set(select(quiet.get, active.get, silent.get)),
      end.set(select(quietCount.get, activeCount.get, silent.get)),
      isWild.length === 0
        ? []
        : when(
            isWild.reduce((a, b) => i32.or(a, b)),
            choose(all, allCount),
          ),
      when(end.get, [
        end.set(i32.add(from.get, i32.shl(end.get, i32.const(2)))),
        number.set(i32.shrU(k.get, i32.const(2))),
        when(index.get, number.set(i32.load(i32.add(index.get, k.get)))),
        when(touched.get, i32.store(i32.add(touched.get, i32.shl(number.get, i32.const(2))), i32.const(1))),
        row.set(i32.mul(number.get, rowBytes.get)),
        target.set(i32.add(y.get, row.get)),
        moving.map(({ code }) => code),
        before,
        loop([
          at.set(i32.load(from.get)),
          round,
          size.set(v128.and(v128.load(i32.add(target.get, at.get)), v128.const(MAGNITUDE))),
          within(LIMIT, tame),
          within(LARGEST, finite),
          brIf(i32.ltU(from.tee(i32.add(from.get, i32.const(4))), end.get), 0),
        ]),
      ]),
    ]),
    i32.add(fails(tame), fails(finite)),
  ]
}

function twin({ layout, shared, synapses, inputs }: SynapseProgram, step: Kernel, { f32: floats, i32: words }: Memory): Kernel {
  const count = layout.state.length
  return (n = 0, index = 0, x = 0, dt = 0, y = 0, rowBytes = 0, ...rest) => {
    const [quiet = 0, quietCount = 0, active = 0, activeCount = 0, all = 0, allCount = 0, touched = 0, ...bases] = rest
    const handed = bases.slice(count + shared + synapses, count + shared + synapses + inputs)
    let largest = 0
    for (let k = 0; k < n; k++) {
      const silent = floats[(x >> 2) + k] === 0
      const wild = handed.some((base) => !(Math.abs(floats[(base >> 2) + k] as number) <= LIMIT))
      const [list, size] = wild ? [all, allCount] : silent ? [quiet, quietCount] : [active, activeCount]
      if (size === 0) continue
      const number = index === 0 ? k : (words[(index >> 2) + k] as number)
      if (touched !== 0) words[(touched >> 2) + number] = 1
      const row = number * rowBytes
      // A whole row at once, or one vector after another.
      const whole = list === all
      for (let entry = 0; entry < (whole ? 1 : size); entry++) {
        const at = whole ? 0 : (words[(list >> 2) + entry] as number)
        const length = whole ? size * 4 : 4
        const offsets = bases.map((base, j) => {
          const parameter = j - count
          if (parameter < 0) return base + row + at
          if (parameter < shared) return base
          if (parameter < shared + synapses) return base + row + at
          return parameter < shared + synapses + inputs ? base + 4 * k : base + at
        })
        step(length, dt, 0, y + row + at, 0, 0, ...offsets)
        for (let j = (y + row + at) >> 2, stop = j + length; j < stop; j++) largest = Math.max(largest, Math.abs(floats[j] as number))
      }
    }
    return Number(!(largest <= LIMIT)) + Number(!(largest < Infinity))
  }
}
