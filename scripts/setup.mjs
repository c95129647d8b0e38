// Makes a clone ready to use: packages as the lock file says, dist as the sources say. Does nothing, in a few milliseconds, where both hold.
// Node built-ins only, as it runs before anything is installed. Speaks on stderr only: a program's stdout stays its own.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILT_FROM = ['src', 'sources', 'operators', 'sinks', 'cli', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
const STAMP = 'dist/.built'
const inRoot = (path) => join(ROOT, path)

export function setUp() {
  if (!installed()) install()
  if (!built()) build()
}

/** Whether node_modules holds every package of the lock file, in its version. Optional packages may be absent (other machines' binaries). */
function installed() {
  const wanted = packagesOf('package-lock.json')
  const present = packagesOf('node_modules/.package-lock.json')
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || (present[path] ? present[path].version === version : optional),
  )
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(inRoot(lockFile), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

function install() {
  const fresh = !existsSync(inRoot('node_modules'))
  const how = fresh ? ['ci'] : ['install', '--no-save'] // `ci` would first take away the packages that another process may be using
  console.error(`setup: npm ${how.join(' ')}`)
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  run(command, [...first, ...how, '--no-audit', '--no-fund', '--loglevel=error'], { shell: !npm && process.platform === 'win32' })
}

function built() {
  try {
    return readFileSync(inRoot(STAMP), 'utf8') === sourceState()
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

/** Compiles beside dist and puts the result in its place at the end, so that dist is whole at any moment, and without leftovers. */
export function build() {
  const state = sourceState()
  const staging = inRoot(`node_modules/.dist-${process.pid}`)
  console.error('setup: building dist')
  run(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', staging])
  writeFileSync(join(staging, '.built'), state)
  const program = join(staging, 'cli/main.js')
  if (existsSync(program)) chmodSync(program, 0o755)
  const old = `${staging}-old`
  if (existsSync(inRoot('dist'))) renameSync(inRoot('dist'), old)
  renameSync(staging, inRoot('dist'))
  rmSync(old, { recursive: true, force: true })
}

/** Names, sizes and times of all that dist is made from: it also changes when a file is removed. */
function sourceState() {
  const hash = createHash('sha1')
  const visit = (path) => {
    const entry = statSync(inRoot(path), { throwIfNoEntry: false })
    if (entry?.isDirectory()) for (const name of readdirSync(inRoot(path)).sort()) visit(`${path}/${name}`)
    else if (entry) hash.update(`${path} ${entry.size} ${entry.mtimeMs}\n`)
  }
  BUILT_FROM.forEach(visit)
  return hash.digest('hex')
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
  if (error) console.error(`setup: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp()
