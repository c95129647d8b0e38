/** The program about a neuron's properties, as it is written, under vitest. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { node, root } from '../cli/processes.ts'
import { sharedData } from '../shared.ts'

vi.setConfig({ testTimeout: 60_000 }) // a process of its own, beside whatever else runs here

const program = sharedData('api/programs/10-properties-of-my-neuron.ts')
const where = program === undefined ? ', SKIPPED: no ../shared/api/programs' : ''

let folder = ''
beforeAll(() => {
  mkdirSync(join(root, 'test-output'), { recursive: true })
  folder = mkdtempSync(join(root, 'test-output/program-10-'))
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import base from '../../vitest.config.ts'\nexport default { ...base, test: { include: ['**/*.ts'], exclude: ['**/vitest.config.ts'] } }`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** What vitest says about a program. */
async function reportOf(name: string, text: string) {
  writeFileSync(join(folder, name), text)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const output = join(folder, `${name}.json`)
  await using running = node([vitest, 'run', name, '--root', '.', '--reporter=json', `--outputFile=${output}`], { cwd: folder })
  await running.ended(50)
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

describe.skipIf(program === undefined)(`program 10${where}`, () => {
  test('holds, all of it', async () => {
    const results = await reportOf('program-10.ts', readFileSync(program as string, 'utf8'))
    expect(results.length).toBeGreaterThan(10)
    expect(results.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(results.map(({ fullName }) => fullName)).toContain('below threshold after every step')
  })

  test('fails where what it says is not so', async () => {
    const text = readFileSync(program as string, 'utf8')
    expect(text).toContain('x <= 0.5')
    const results = await reportOf('program-10-wrong.ts', text.replace('x <= 0.5', 'x <= 0.25'))
    const failed = results.filter(({ status }) => status !== 'passed')
    expect(failed.map(({ fullName }) => fullName)).toEqual(['below threshold after every step'])
    expect(failed[0]?.failureMessages.join()).toMatch(/Counterexample: \[\[tensor\(/)
  })
})
