import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { toTimeSurface } from '../../operators/to-time-surface.ts'
import { ShapeError } from '../../src/errors.ts'
import { arbitraryEvents, cutAt, packetOf } from '../stream/arbitrary-packets.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'

const event = (t: number, x = 0, y = 0, p = 1) => ({ t, x, y, p })
const dt = 1e-3

describe('toTimeSurface', () => {
  behavesAsOperator(() => toTimeSurface({ dt, tau: 0.01 }), [packetOf([event(0), event(1500)]), packetOf([event(2500)])])

  test.prop([arbitraryEvents(), fc.constantFrom(0.002, 0.01, 0.1)])(
    'each pixel holds exp(-(end of step - its last event) / tau), 0 before its first',
    (events, tau) => {
      const frames = outputs(toTimeSurface({ dt, tau }), [packetOf(events)])
      for (const frame of frames) {
        expect([frame.shape, frame.dt]).toEqual([[1, 3, 4], dt])
        const end = frame.t as number
        for (let y = 0; y < 3; y++) {
          for (let x = 0; x < 4; x++) {
            const last = events.findLast((e) => e.x === x && e.y === y && e.t < end)
            const value = last === undefined ? 0 : Math.exp((-(end - last.t) * 1e-6) / tau)
            expect(Math.abs(frame.at(0, y, x) - value)).toBeLessThan(1e-5)
          }
        }
      }
    },
  )

  test.prop([
    arbitraryEvents(fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(-5e6, 2e6, NaN)), 2),
    fc.array(fc.nat(100), { maxLength: 8 }),
  ])('packets cut anywhere give the same surfaces', (events, cuts) => {
    const packet = packetOf(events)
    expect(outputs(toTimeSurface({ dt, tau: 0.01 }), cutAt(packet, cuts))).toEqual(outputs(toTimeSurface({ dt, tau: 0.01 }), [packet]))
  })

  it('a late event does not make a pixel older', () => {
    const [, second] = outputs(toTimeSurface({ dt, tau: 0.01 }), [packetOf([event(0, 1), event(1900), event(1100), event(500)])])
    expect(second?.at(0, 0, 0)).toBeCloseTo(Math.exp(-0.01), 6)
  })

  it('fades to 0 before numbers become slow', () => {
    const frames = outputs(toTimeSurface({ dt, tau: 0.001 }), [packetOf([event(0), event(500_000, 1)])])
    expect(frames.length).toBe(501)
    for (const frame of frames) for (const value of frame) expect(value === 0 || value > 1.2e-38).toBe(true)
    expect(frames[100]?.at(0, 0, 0)).toBe(0)
  })

  it('starts empty after time has jumped', () => {
    const frames = outputs(toTimeSurface({ dt, tau: 10 }), [packetOf([event(5e6), event(0, 1), event(1e12, 2)])])
    expect(frames[1]?.at(0, 0, 0)).toBe(0)
    expect(frames[1]?.at(0, 0, 1)).toBeGreaterThan(0.9)
    expect(frames.at(-1)?.at(0, 0, 1)).toBe(0)
  })

  it('checks its options, and the size of the sensor', () => {
    for (const bad of [0, -1, NaN]) {
      expect(() => toTimeSurface({ dt: bad, tau: 1 })).toThrow(/toTimeSurface: dt is/)
      expect(() => toTimeSurface({ dt, tau: bad })).toThrow(/toTimeSurface: tau is/)
    }
    expect(() => outputs(toTimeSurface({ dt, tau: 1 }), [packetOf([event(0)], 4, 3), packetOf([event(0)], 3, 4)])).toThrow(ShapeError)
  })
})
