/** Running layers to the end, traces, and time that passes when told to. */

import { concat, EMPTY, from, map, NEVER, of, Subject, throwError } from 'rxjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { cpu, ones, sameBits, type Tensor, tensor, type Tick, zeros } from 'rxspike'
import { fuse, hold, li, lif, lifRefrac, linear, sequential } from 'rxspike/operators'
import { clock, movingScene, steps } from 'rxspike/sources'
import { collect, outputs, states, timed, trace, virtualClock } from 'rxspike/testing'

describe('outputs and states', () => {
  test('are what the pure steps give, from rest', () => {
    const layer = lif()
    const inputs = Array.from({ length: 8 }, () => ones(2))
    const [given, held] = [outputs(layer, inputs), states(layer, inputs)]
    let state: ReturnType<typeof layer.initialState> | undefined
    inputs.forEach((x, k) => {
      const [y, next] = layer.step(x, state)
      state = next
      expect(sameBits(y, given[k] as Tensor)).toBe(true)
      expect([...next.v, ...next.i]).toEqual([...(held[k]?.v ?? []), ...(held[k]?.i ?? [])])
    })
    expect(given.findIndex((z) => z.at(0) === 1)).toBe(6)
    expect(outputs(layer, inputs).map((z) => [...z])).toEqual(given.map((z) => [...z]))
  })

  test('of nothing are nothing', () => {
    expect(outputs(lif(), [])).toEqual([])
    expect(states(lif(), [])).toEqual([])
  })

  test('take the state of a network by its names, and parameters that are streams', () => {
    const network = sequential({ fc: linear(tensor([[2]]), { bias: false }), out: li({ vLeak: of(1), tauMemInv: 1000 }) })
    const seen = states(network, [ones(1), ones(1)])
    expect(seen.map(({ out }) => [...out.v, ...out.i])).toEqual([[1, 2], [3, Math.fround(1.6) + 2].map(Math.fround)])
  })

  test('throw what the layer errs with', () => {
    expect(() => outputs(lif(), [zeros(2), zeros(3)])).toThrow(/lif: expected a tensor of shape \[2\] like the steps before it/)
    expect(() => states(lif(), [zeros(2), zeros(3)])).toThrow(/like the steps before it/)
  })
})

describe('collect', () => {
  test('gives all values, or says why not', () => {
    expect(collect(steps(3, { dt: 1e-3 }).pipe(map(({ step }) => step)))).toEqual([0, 1, 2])
    expect(() => collect(concat(of(1, 2), NEVER))).toThrow(/gave 2 values and did not complete at once; bound it with take/)
    expect(() => collect(throwError(() => new Error('lost')))).toThrow(/^lost$/)
    expect(collect(EMPTY)).toEqual([])
  })

  test('lets go of what does not complete', () => {
    const source = new Subject<number>()
    expect(() => collect(source)).toThrow(/0 values/)
    expect(source.observed).toBe(false)
  })
})

describe('timed', () => {
  test('puts tensors on a time base, which layers integrate over', () => {
    const x = ones(1)
    expect(timed([x, x], { dt: 2e-3 }).map(({ t, dt }) => [t, dt])).toEqual([
      [2000, 2e-3],
      [4000, 2e-3],
    ])
    expect(x.t).toBe(undefined)
    const [y] = outputs(li({}, { synapticDelay: 0 }), timed([x], { dt: 2e-3 }))
    expect(y?.at(0)).toBe(Math.fround(0.2))
    expect(() => timed([], { dt: 0 })).toThrow(/timed: dt 0: a positive number of seconds/)
  })
})

describe('trace', () => {
  const network = () => sequential({ fc: linear(tensor([[1, 0.5]]), { bias: false }), spikes: lifRefrac({ vTh: 0.2 }) })
  const inputs = [ones(2), zeros(2), tensor([0.1, -2]), zeros(2)]

  test('is a line for each step', () => {
    expect(trace(network(), inputs, { watch: ['spikes.v', 'spikes.rho', 'fc'] })).toMatchInlineSnapshot(`
      "sequential [2]
      0  y [0]  spikes.v [0]  spikes.rho [0]  fc.weight [[1, 0.5]]
      1  y [0]  spikes.v [0.15]  spikes.rho [0]  fc.weight [[1, 0.5]]
      2  y [1]  spikes.v [0]  spikes.rho [5]  fc.weight [[1, 0.5]]
      3  y [0]  spikes.v [0]  spikes.rho [4]  fc.weight [[1, 0.5]]"
    `)
    expect(trace(lif(), [ones(2)])).toBe('lif [2]\n0  y [0, 0]')
    expect(trace(lif(), [])).toBe('lif')
  })

  test('is the same on all back ends', () => {
    const [first, ...others] = (['interpreter', 'javascript', 'webassembly'] as const).map((backend) =>
      trace(network().with({ device: cpu({ backend }) }), inputs, { watch: ['spikes'] }),
    )
    for (const other of others) expect(other).toBe(first)
    expect(first).toContain('spikes.i [')
  })

  test('says what can be watched', () => {
    expect(() => trace(network(), inputs, { watch: ['spikes.w'] })).toThrow(
      /trace: nothing is called 'spikes\.w'; there are: spikes\.v, spikes\.i, spikes\.rho, fc\.weight/,
    )
  })
})

describe('virtualClock', () => {
  const listen = (ticks: ReturnType<typeof virtualClock>) => {
    const seen: Tick[] = []
    let complete = false
    ticks.subscribe({ next: (tick) => void seen.push(tick), complete: () => (complete = true) })
    return { seen, isComplete: () => complete }
  }

  test('ticks as told, as steps() does', () => {
    const time = virtualClock({ dt: 5e-4 })
    const { seen, isComplete } = listen(time)
    expect(seen).toEqual([])
    time.advance(1e-3)
    time.advance(0)
    time.advance(1e-3)
    expect(seen).toEqual(collect(steps(4, { dt: 5e-4 })))
    expect(isComplete()).toBe(false)
    time.stop()
    expect(isComplete()).toBe(true)
  })

  test('leaves numbers out where it skips, and a late subscriber hears the rest', () => {
    const time = virtualClock({ dt: 1e-3 })
    time.advance(2e-3)
    time.skip(0.01)
    const { seen } = listen(time)
    time.advance(1e-3)
    expect(seen).toEqual([{ step: 12, t: 13_000, dt: 1e-3 }])
  })

  test('makes a held value too old', () => {
    const time = virtualClock({ dt: 1e-3 })
    const sensor = new Subject<Tensor>()
    const heard: Tensor[] = []
    sensor.pipe(hold(time, { maxAge: 0.5 })).subscribe((x) => heard.push(x))
    sensor.next(ones(2))
    time.advance(0.6)
    expect(heard).toHaveLength(501)
    sensor.next(ones(2))
    time.advance(0.1)
    expect(heard).toHaveLength(601)
    expect(heard.at(-1)).toMatchObject({ t: 700_000, dt: 1e-3 })
  })

  test('drives several streams at once', () => {
    const time = virtualClock({ dt: 1e-3 })
    const [left, right] = [new Subject<Tensor>(), new Subject<Tensor>()]
    const heard: unknown[] = []
    fuse({ left, right }, time).subscribe((both) => heard.push(both))
    left.next(ones(1))
    right.next(zeros(1))
    time.advance(2e-3)
    expect(heard).toHaveLength(2)
  })

  test('takes whole steps only', () => {
    const time = virtualClock({ dt: 1e-3 })
    expect(() => time.advance(1.5e-3)).toThrow(/virtualClock: advance\(0\.0015\): a whole number of steps of 0\.001 s/)
    expect(() => time.skip(-1e-3)).toThrow(/skip\(-0\.001\)/)
    expect(() => time.advance(Number.NaN)).toThrow(/advance\(NaN\)/)
    expect(() => virtualClock({ dt: 0 })).toThrow(/virtualClock: dt is 0: a positive number of seconds/)
  })
})

describe('what reads the wall clock', () => {
  afterEach(() => void vi.useRealTimers())

  test('obeys the fake timers of a test runner', () => {
    vi.useFakeTimers()
    const ticks: Tick[] = []
    const packets: unknown[] = []
    const subscription = clock({ dt: 1e-3 }).subscribe((tick) => ticks.push(tick))
    subscription.add(movingScene({ width: 16, height: 16 }).subscribe((packet) => packets.push(packet)))
    vi.advanceTimersByTime(100)
    expect(ticks).toHaveLength(100)
    expect(packets.length).toBeGreaterThan(90)
    subscription.unsubscribe()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is not what layers read: a pipeline of them is done at once', () => {
    expect(collect(from([ones(1)]).pipe(lif()))).toHaveLength(1)
  })
})
