import { describe, expect, it } from 'vitest'
import { dvsFile } from '../../sources/dvs-file.ts'
import type { EventPacket } from '../../src/events.ts'
import { closeValve, openValve, valve } from '../../src/stream/valve.ts'
import { ascii, concat } from '../codecs/support.ts'

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('dvsFile at a speed', () => {
  /** One event each millisecond for 200 ms. */
  const regular = ascii(Array.from({ length: 201 }, (_, k) => `${1000 * k},1,2,1\n`).join(''))
  const size = { width: 4, height: 4 }

  const play = async (source: Uint8Array, options: object): Promise<{ packets: EventPacket[]; at: number[]; total: number }> => {
    const packets: EventPacket[] = []
    const at: number[] = []
    const start = performance.now()
    await new Promise<void>((resolve, reject) =>
      dvsFile(source, { ...size, ...options }).subscribe({
        next: (packet) => {
          packets.push(packet)
          at.push(performance.now() - start)
        },
        error: reject,
        complete: resolve,
      }),
    )
    return { packets, at, total: performance.now() - start }
  }

  it('1 is real time: smooth pieces, never early, no drift', async () => {
    const { packets, at, total } = await play(regular, { speed: 1 })
    expect(concat(packets).t.length).toBe(201)
    for (const [k, packet] of packets.entries()) {
      expect(packet.t.at(-1)! - packet.t[0]!).toBeLessThanOrEqual(10_000)
      // From the subscription on: the first packet itself may come late on a busy machine.
      expect(at[k]!).toBeGreaterThanOrEqual((packet.t.at(-1)! - packets[0]!.t[0]!) / 1000 - 6)
    }
    expect(packets.length).toBeGreaterThanOrEqual(20)
    expect(total).toBeGreaterThanOrEqual(195)
    expect(total).toBeLessThan(600)
  })

  it('4 is four times as fast, 0.5 half as fast', async () => {
    const fast = await play(regular, { speed: 4 })
    expect(fast.total).toBeGreaterThanOrEqual(45)
    expect(fast.total).toBeLessThan(300)
    const slow = await play(regular.subarray(0, 600), { speed: 0.5 })
    expect(slow.total).toBeGreaterThanOrEqual((2 * (concat(slow.packets).t.at(-1)! - 1000)) / 1000)
  })

  it('a clock that was set back does not stop the playback, nor hurry it', async () => {
    const text = ascii(['5000000,1,2,1', '5020000,1,2,1', '0,1,2,1', '30000,1,2,1', ''].join('\n'))
    const { total } = await play(text, { speed: 1 })
    expect(total).toBeGreaterThanOrEqual(45)
    expect(total).toBeLessThan(400)
  })

  it('unsubscription ends a long wait', async () => {
    let seen = 0
    const subscription = dvsFile(ascii('0,1,2,1\n900000000000,1,2,1\n'), { ...size, speed: 1 }).subscribe(() => seen++)
    await sleep(30)
    expect(seen).toBe(1)
    subscription.unsubscribe()
    await sleep(10)
    expect(seen).toBe(1)
  })

  it('a closed valve moves what follows, rather than hurry it', async () => {
    const gate = valve()
    closeValve(gate)
    setTimeout(() => openValve(gate), 100)
    const { packets, total } = await play(regular.subarray(0, 800), { speed: 1, valve: gate })
    expect(total).toBeGreaterThanOrEqual(95 + (concat(packets).t.at(-1)! - packets[0]!.t.at(-1)!) / 1000)
  })
})
