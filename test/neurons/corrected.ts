/** What Norse's equations say where its code does something else, in float32, one neuron after another: written apart from the library. */

const { fround, exp } = Math
const add = (...terms: readonly number[]) => terms.reduce((sum, each) => fround(sum + each))
const mul = (...factors: readonly number[]) => factors.reduce((product, each) => fround(fround(product) * fround(each)))
const dot = (weights: readonly number[], x: readonly number[]) =>
  weights.reduce((sum, weight, k) => add(sum, mul(weight, x[k] as number)), 0)

/** adexEncoder with its defaults: `a` by forward Euler. */
export function adexEncoderSteps(inputs: readonly number[], dt: number): { out: number[]; v: number[]; a: number[] } {
  const found = { out: [] as number[], v: [] as number[], a: [] as number[] }
  let [v, a] = [0, 0]
  for (const x of inputs) {
    const e = mul(0.5, fround(exp(fround(add(v, -1) / 0.5))))
    const u = add(v, mul(mul(dt, 100), add(-v, e, x, -a)))
    const grown = add(a, mul(mul(dt, 2), add(mul(4, v), -a)))
    const z = u > 1 ? 1 : 0
    v = z ? 0 : u
    a = z ? add(grown, 0.02) : grown
    found.out.push(z)
    found.v.push(v)
    found.a.push(a)
  }
  return found
}

type Rows = readonly (readonly number[])[]
/** Rows of neurons, one for each step. */
type Found<State extends string> = { readonly [name in 'out' | State]: number[][] }
const matrix = (): number[][] => []

/** cobaLif with its defaults, recurrent: excitation and inhibition of all synapses together, from rest. */
export function cobaSteps(inputs: Rows, inputWeights: Rows, recurrentWeights: Rows, dt: number): Found<'v' | 'g_e' | 'g_i'> {
  const found = { out: matrix(), v: matrix(), g_e: matrix(), g_i: matrix() }
  const cells = inputWeights.map(() => ({ z: 0, v: -20, gE: 0, gI: 0 }))
  for (const x of inputs) {
    const past = cells.map(({ z }) => z)
    cells.forEach((cell, k) => {
      const total = add(dot(inputWeights[k] as readonly number[], x), dot(recurrentWeights[k] as readonly number[], past))
      const [e, i] = [add(cell.gE, Math.max(total, 0)), add(cell.gI, Math.max(-total, 0))]
      cell.gE = add(e, -mul(mul(dt, 0.2), e))
      cell.gI = add(i, -mul(mul(dt, 0.2), i))
      const current = add(mul(0.25, add(-20, -cell.v)), mul(cell.gE, add(60, -cell.v)), mul(cell.gI, add(-100, -cell.v)))
      const v = add(cell.v, mul(mul(dt, 5), current))
      cell.z = v > -10 ? 1 : 0
      cell.v = cell.z ? -70 : v
    })
    found.out.push(cells.map(({ z }) => z))
    found.v.push(cells.map(({ v }) => v))
    found.g_e.push(cells.map(({ gE }) => gE))
    found.g_i.push(cells.map(({ gI }) => gI))
  }
  return found
}

/** lifRefrac with its defaults in coupled compartments: dt times the coupling, then the step. */
export function refractoryCompartments(inputs: Rows, coupling: Rows, rhoReset: number, dt: number): Found<'v' | 'i' | 'rho'> {
  const found = { out: matrix(), v: matrix(), i: matrix(), rho: matrix() }
  const cells = coupling.map(() => ({ z: 0, v: 0, i: 0, rho: 0 }))
  for (const x of inputs) {
    const before = cells.map(({ v }) => v)
    cells.forEach((cell, k) => {
      const old = add(cell.v, mul(dt, dot(coupling[k] as readonly number[], before)))
      const j = add(cell.i, x[k] as number)
      const v = add(old, mul(mul(dt, 100), add(-old, j)))
      cell.i = add(j, -mul(mul(dt, 200), j))
      cell.z = cell.rho === 0 && v > 1 ? 1 : 0
      cell.v = cell.rho > 0 ? old : cell.z ? 0 : v
      cell.rho = cell.z ? rhoReset : Math.max(cell.rho - 1, 0)
    })
    found.out.push(cells.map(({ z }) => z))
    found.v.push(cells.map(({ v }) => v))
    found.i.push(cells.map(({ i }) => i))
    found.rho.push(cells.map(({ rho }) => rho))
  }
  return found
}
