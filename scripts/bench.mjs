// npm run bench [-- NAME ...]: the named benches, or all, one after the other
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setUp } from './setup.mjs'

setUp()
const root = fileURLToPath(new URL('..', import.meta.url))
const all = readdirSync(`${root}/bench`).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []))
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !all.includes(name))
if (unknown !== undefined) {
  console.error(`bench: no '${unknown}'; there are ${all.join(', ')}`)
  process.exit(2)
}
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n# ${name}`)
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', `bench/${name}.ts`], { cwd: root, stdio: 'inherit' })
  process.exitCode ||= status ?? 1
}
