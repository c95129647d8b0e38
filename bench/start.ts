/** From the start of the command to its first frame, as the command itself measures it. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { digits, least, machine, median } from './measure.ts'

const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
console.log(machine())
const times = Array.from({ length: 11 }, () => {
  const { stdout } = spawnSync(process.execPath, [command, '--headless', '--duration', '0.1', '--json'], { encoding: 'utf8' })
  return (JSON.parse(stdout) as { readonly firstFrame: number }).firstFrame
})
console.log(`${digits(median(times))} s to the first frame of the built-in scene (quickest ${digits(least(times))}; goal 0.5)`)
