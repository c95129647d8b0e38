/** The package as a user gets it: the tarball of `npm pack`, installed into an empty project. */

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** What the entries are built on, and what that is built on: RxJS, and fast-check for rxspike/testing. */
const peers = ['rxjs', 'tslib', 'fast-check', 'pure-rand']

export interface Packed {
  readonly root: string
  /** Path of the .tgz file. */
  readonly tarball: string
  /** An empty project that has installed it. */
  readonly project: string
  remove(): Promise<void>
}

/** Runs a program to its end. Rejects, with what it said, where it fails. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  try {
    return await execute(command, args, { cwd, maxBuffer: 1 << 26, shell: process.platform === 'win32', env: environment() })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error })
  }
}

/** Without the variables by which npm and vitest tell their children about this repository. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|vitest|vite_|node_env|node_options|init_cwd)/i.test(name)),
  )
}

/** Builds where the sources are newer than dist, packs, and installs: offline, as peers come out of this repository's own node_modules. */
export async function packAndInstall(): Promise<Packed> {
  await run(process.execPath, ['scripts/setup.mjs'], root)
  const folder = await mkdtemp(join(tmpdir(), 'rxspike-package-'))
  const pack = async (from: string) => {
    const { stdout } = await run('npm', ['pack', from, '--json', '--ignore-scripts', '--pack-destination', folder], root)
    const result = JSON.parse(stdout) as Record<string, { filename: string }> | { filename: string }[]
    return join(folder, Object.values(result)[0]!.filename)
  }
  const [tarball, ...others] = await Promise.all(['.', ...peers.map((name) => `./node_modules/${name}`)].map(pack))
  const project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
  const options = ['--offline', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  await run('npm', ['install', ...options, tarball!, ...others], project)
  return { root, tarball: tarball!, project, remove: () => rm(folder, { recursive: true, force: true }) }
}
