import { expect, it } from 'vitest'
import { closeValve, isValve, openValve, valve, whenOpen } from '../../src/stream/valve.ts'

const soon = () => new Promise((resolve) => setTimeout(resolve, 1))

it('is open while none of its holders keeps it closed', () => {
  const room = valve()
  expect(room.open).toBe(true)
  closeValve(room)
  closeValve(room)
  expect(room.open).toBe(false)
  openValve(room)
  expect(room.open).toBe(false)
  openValve(room)
  expect(room.open).toBe(true)
})

it('lets all those go on who wait, once', async () => {
  const room = valve()
  await whenOpen(room)
  closeValve(room)
  let passed = 0
  void whenOpen(room).then(() => passed++)
  void whenOpen(room).then(() => passed++)
  await soon()
  expect(passed).toBe(0)
  openValve(room)
  await soon()
  expect(passed).toBe(2)
})

it('is known by its maker', () => {
  expect(isValve(valve())).toBe(true)
  expect(isValve({ open: true })).toBe(false)
  expect(() => closeValve({ open: true })).toThrow(TypeError)
  expect(() => openValve(valve())).toThrow(/one call for each closeValve/)
})
