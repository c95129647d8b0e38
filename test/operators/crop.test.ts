import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { crop } from '../../operators/crop.ts'
import { arbitraryEvents, packetOf } from '../stream/arbitrary-packets.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'

const event = (t: number, x = 0, y = 0, p = 1) => ({ t, x, y, p })
const region = fc.tuple(fc.nat(3), fc.nat(2)).chain(([x, y]) =>
  fc.record({
    x: fc.constant(x),
    y: fc.constant(y),
    width: fc.integer({ min: 1, max: 4 - x }),
    height: fc.integer({ min: 1, max: 3 - y }),
  }),
)

describe('crop', () => {
  behavesAsOperator(() => crop({ x: 1, y: 1, width: 2, height: 2 }), [packetOf([event(0, 1, 1), event(1)]), packetOf([event(2, 2, 2)])])

  test.prop([region, arbitraryEvents(undefined, 2)])('keeps the events of the region, in order, from its own origin', (region, events) => {
    const [packet] = outputs(crop(region), [packetOf(events)])
    const { x, y, width, height } = region
    const kept = events.filter((e) => e.x >= x && e.x < x + width && e.y >= y && e.y < y + height)
    expect(packet).toEqual(
      packetOf(
        kept.map((e) => ({ ...e, x: e.x - x, y: e.y - y })),
        width,
        height,
      ),
    )
  })

  it('passes a packet on that is left empty', () => {
    expect(outputs(crop({ x: 3, y: 2, width: 1, height: 1 }), [packetOf([event(0)])])).toEqual([packetOf([], 1, 1)])
  })

  it('refuses a region that reaches beyond the sensor', () => {
    expect(() => outputs(crop({ x: 3, y: 0, width: 2, height: 1 }), [packetOf([])])).toThrow(
      /crop: the region of 2 x 1 pixels at \(3, 0\) reaches beyond the sensor, which has 4 x 3/,
    )
  })

  it('checks its options at the call', () => {
    const good = { x: 0, y: 0, width: 1, height: 1 }
    for (const bad of [{ x: -1 }, { y: 0.5 }, { width: 0 }, { height: NaN }]) expect(() => crop({ ...good, ...bad })).toThrow(RangeError)
  })
})
