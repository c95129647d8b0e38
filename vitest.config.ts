import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The names of tsconfig.json's `paths`: tests run the sources, not dist.
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: '#platform', replacement: here('src/platform/node.ts') },
      { find: /^rxspike$/, replacement: here('src/index.ts') },
      { find: /^rxspike\/(operators|sources|sinks)$/, replacement: here('$1/index.ts') },
      { find: /^rxspike\/(gpu|testing)$/, replacement: here('src/$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    testTimeout: 20_000,
  },
})

export default config
