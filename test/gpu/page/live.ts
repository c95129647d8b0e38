/** Counts what lies on the GPU, by what is created and destroyed. Imported before anything that uses a GPU. */

const alive = new Set<unknown>()

/** Buffers, textures and kernels that were created and not destroyed. */
export const live = (): number => alive.size

type Methods = Record<string, (...args: unknown[]) => unknown>

function replace(
  prototype: object | undefined,
  names: readonly string[],
  note: (self: unknown, args: readonly unknown[], result: unknown) => void,
): void {
  const methods = prototype as Methods | undefined
  if (methods === undefined) return
  for (const name of names) {
    const original = methods[name] as Methods[string]
    methods[name] = function (this: unknown, ...args) {
      const result = original.apply(this, args)
      note(this, args, result)
      return result
    }
  }
}

interface Contexts {
  /** Every context and device so far. */
  readonly all: { lose(): void }[]
}
export const contexts: Contexts = { all: [] }

const { GPUDevice, GPUBuffer, GPUAdapter } = globalThis as unknown as Record<string, { readonly prototype: object } | undefined>
replace(GPUDevice?.prototype, ['createBuffer'], (_self, _args, buffer) => alive.add(buffer))
replace(GPUBuffer?.prototype, ['destroy'], (buffer) => alive.delete(buffer))
for (const thing of ['Texture', 'Buffer', 'Program', 'Framebuffer']) {
  replace(WebGL2RenderingContext.prototype, [`create${thing}`], (_self, _args, made) => alive.add(made))
  replace(WebGL2RenderingContext.prototype, [`delete${thing}`], (_self, [freed]) => alive.delete(freed))
}

const adapter = GPUAdapter?.prototype as Methods | undefined
if (adapter !== undefined) {
  const request = adapter['requestDevice'] as Methods[string]
  adapter['requestDevice'] = async function (this: unknown, ...args) {
    const device = (await request.apply(this, args)) as { destroy(): void }
    contexts.all.push({ lose: () => device.destroy() })
    return device
  }
}
const canvas = HTMLCanvasElement.prototype as unknown as Methods
const getContext = canvas['getContext'] as Methods[string]
canvas['getContext'] = function (this: unknown, ...args) {
  const context = getContext.apply(this, args) as WebGL2RenderingContext | null
  const extension = context?.getExtension?.('WEBGL_lose_context')
  if (extension) contexts.all.push({ lose: () => extension.loseContext() })
  return context
}
