/** Bundles a line of a user's code for a browser, as that user's own tools would. */

import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface Bundle {
  readonly text: string
  /** Bytes. */
  readonly size: number
  readonly gzip: number
  /** The package's modules that left code in the bundle, from its root: `dist/src/tensor.js`. */
  readonly modules: readonly string[]
}

export interface BundleOptions {
  readonly minify?: boolean
  readonly external?: readonly string[]
  /** The exports as a property of the global object, for scripts. */
  readonly globalName?: string
}

/** `code` as it would stand in a file of `project`. Node's modules are not there: importing one is an error. */
export async function bundle(
  project: string,
  code: string,
  { minify = false, external = [], globalName }: BundleOptions = {},
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: project, sourcefile: 'main.js' },
    bundle: true,
    platform: 'browser',
    format: globalName === undefined ? 'esm' : 'iife',
    ...(globalName === undefined ? {} : { globalName }),
    target: 'es2022',
    external: [...external],
    minify,
    write: false,
    metafile: true,
    absWorkingDir: project,
    logLevel: 'silent',
  })
  const { text } = outputFiles[0]!
  const inputs = Object.entries(Object.values(metafile.outputs)[0]!.inputs)
  const modules = inputs.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 && path.includes('/rxspike/') ? [path.split('/rxspike/')[1]!] : [],
  )
  return { text, size: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length, modules }
}
