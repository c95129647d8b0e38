/**
 * A small WebAssembly assembler: instructions are functions that return code, code nests, a module is an object.
 * All kernels of rxspike, of neurons and of layers, come from here at run time; no build step, no binary.
 * Opcodes: WebAssembly core specification 2.0, section 5.4.
 */

/** Bytes, nested as they were put together; flattened once, when the module is made. */
export type Code = number | readonly Code[]
export type ValueType = 'i32' | 'f32' | 'v128'

const typeByte: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b }

// ---------------------------------------------------------------- numbers

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  do {
    const low = value & 0x7f
    value >>>= 7
    bytes.push(value === 0 ? low : low | 0x80)
  } while (value !== 0)
  return bytes
}

/** Signed LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = []
  for (;;) {
    const low = value & 0x7f
    value >>= 7
    if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

const float32 = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)]
const int32 = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)]

// ---------------------------------------------------------------- instructions

type Unary = (a: Code) => Code
type Binary = (a: Code, b: Code) => Code
type Constant = (value: number) => Code
type Load = (address: Code, offset?: number) => Code
type Store = (address: Code, value: Code, offset?: number) => Code
type Lane = (a: Code, index: number) => Code
/** Instructions by name, each name with the type of its instruction. */
type Table<B extends string, U extends string = never, L extends string = never, S extends string = never> = Readonly<
  Record<B, Binary> & Record<U, Unary> & Record<L, Load> & Record<S, Store>
>

const unary =
  (...opcode: number[]): Unary =>
  (a) => [a, opcode]
const binary =
  (...opcode: number[]): Binary =>
  (a, b) => [a, b, opcode]
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)]
const simd1 = (opcode: number): Unary => unary(...simd(opcode))
const simd2 = (opcode: number): Binary => binary(...simd(opcode))

/** A constant byte offset keeps address arithmetic out of inner loops. Alignment is a hint; we state 1 byte, which is always true. */
const load =
  (...opcode: number[]): Load =>
  (address, offset = 0) => [address, opcode, 0, unsigned(offset)]
const store =
  (...opcode: number[]): Store =>
  (address, value, offset = 0) => [address, value, opcode, 0, unsigned(offset)]
const lane =
  (opcode: number): Lane =>
  (a, index) => [a, simd(opcode), index]

/** 32-bit integers and addresses. */
export const i32: Table<
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shrS'
  | 'shrU'
  | 'eq'
  | 'ne'
  | 'ltS'
  | 'ltU'
  | 'gtS'
  | 'gtU'
  | 'leS'
  | 'leU'
  | 'geS'
  | 'geU',
  'eqz' | 'ctz' | 'popcnt' | 'reinterpret',
  'load' | 'load8' | 'load16',
  'store' | 'store8' | 'store16'
> & { readonly const: Constant } = {
  const: (value: number): Code => [0x41, signed(value | 0)],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  shrS: binary(0x75),
  shrU: binary(0x76),
  eqz: unary(0x45),
  eq: binary(0x46),
  ne: binary(0x47),
  ltS: binary(0x48),
  ltU: binary(0x49),
  gtS: binary(0x4a),
  gtU: binary(0x4b),
  leS: binary(0x4c),
  leU: binary(0x4d),
  geS: binary(0x4e),
  geU: binary(0x4f),
  ctz: unary(0x68),
  popcnt: unary(0x69),
  load: load(0x28),
  load8: load(0x2d),
  load16: load(0x2f),
  store: store(0x36),
  store8: store(0x3a),
  store16: store(0x3b),
  reinterpret: unary(0xbc),
}

/** One float32. */
export const f32: Table<
  'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge',
  'abs' | 'neg' | 'sqrt' | 'reinterpret',
  'load',
  'store'
> & { readonly const: Constant } = {
  const: (value: number): Code => [0x43, float32(value)],
  load: load(0x2a),
  store: store(0x38),
  abs: unary(0x8b),
  neg: unary(0x8c),
  sqrt: unary(0x91),
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  div: binary(0x95),
  min: binary(0x96),
  max: binary(0x97),
  eq: binary(0x5b),
  ne: binary(0x5c),
  lt: binary(0x5d),
  gt: binary(0x5e),
  le: binary(0x5f),
  ge: binary(0x60),
  reinterpret: unary(0xbe),
}

/** 128 bits, whatever they mean. */
export const v128: Table<
  'and' | 'andNot' | 'or' | 'xor',
  'not' | 'anyTrue',
  'load' | 'loadSplat32' | 'loadZero32' | 'loadZero64',
  'store'
> & { const(a: number, b?: number, c?: number, d?: number): Code; select(a: Code, b: Code, mask: Code): Code } = {
  load: load(...simd(0x00)),
  loadSplat32: load(...simd(0x09)),
  loadZero32: load(...simd(0x5c)),
  loadZero64: load(...simd(0x5d)),
  store: store(...simd(0x0b)),
  /** Four 32-bit lanes. */
  const: (a: number, b = a, c = a, d = a): Code => [simd(0x0c), int32(a), int32(b), int32(c), int32(d)],
  not: simd1(0x4d),
  and: simd2(0x4e),
  /** a and not b */
  andNot: simd2(0x4f),
  or: simd2(0x50),
  xor: simd2(0x51),
  /** Bits of `a` where `mask` is 1, of `b` where it is 0. */
  select: (a: Code, b: Code, mask: Code): Code => [a, b, mask, simd(0x52)],
  anyTrue: simd1(0x53),
}

/** Four float32. */
export const f32x4: Table<
  'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge' | 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'pmax',
  'splat' | 'abs' | 'neg' | 'sqrt' | 'convert',
  never,
  never
> & { readonly const: Constant; readonly extract: Lane } = {
  const: (value: number): Code => [simd(0x0c), float32(value), float32(value), float32(value), float32(value)],
  splat: simd1(0x13),
  extract: lane(0x1f),
  eq: simd2(0x41),
  ne: simd2(0x42),
  lt: simd2(0x43),
  gt: simd2(0x44),
  le: simd2(0x45),
  ge: simd2(0x46),
  abs: simd1(0xe0),
  neg: simd1(0xe1),
  sqrt: simd1(0xe3),
  add: simd2(0xe4),
  sub: simd2(0xe5),
  mul: simd2(0xe6),
  div: simd2(0xe7),
  min: simd2(0xe8),
  max: simd2(0xe9),
  /** `b` where a < b, else `a`. */
  pmax: simd2(0xeb),
  /** From signed integers. */
  convert: simd1(0xfa),
}

/** Four 32-bit integers. */
export const i32x4: Table<
  'eq' | 'ne' | 'ltS' | 'gtS' | 'shl' | 'shrS' | 'shrU' | 'add' | 'sub' | 'mul',
  'splat' | 'bitmask' | 'extendLowU' | 'extendHighU',
  never,
  never
> & { readonly extract: Lane } = {
  splat: simd1(0x11),
  extract: lane(0x1b),
  eq: simd2(0x37),
  ne: simd2(0x38),
  ltS: simd2(0x39),
  gtS: simd2(0x3b),
  bitmask: simd1(0xa4),
  shl: simd2(0xab),
  shrS: simd2(0xac),
  shrU: simd2(0xad),
  add: simd2(0xae),
  sub: simd2(0xb1),
  mul: simd2(0xb5),
  /** The low, the high four of eight unsigned 16-bit integers. */
  extendLowU: simd1(0xa9),
  extendHighU: simd1(0xaa),
}

/** Eight 16-bit integers. */
export const i16x8: Table<'narrowU' | 'narrowS', 'extendLowU' | 'extendHighU', never, never> = {
  /** The low, the high eight of sixteen unsigned bytes. */
  extendLowU: simd1(0x89),
  extendHighU: simd1(0x8a),
  /** From two vectors of signed 32-bit integers, saturating to 0 .. 65535. */
  narrowU: simd2(0x86),
  /** From two vectors of signed 32-bit integers, saturating. */
  narrowS: simd2(0x85),
}

/** Sixteen bytes. */
export const i8x16: Table<'swizzle' | 'eq' | 'ne' | 'gtU' | 'narrowU' | 'narrowS' | 'subSaturateU', 'splat' | 'bitmask', never, never> & {
  shuffle(a: Code, b: Code, lanes: readonly number[]): Code
} = {
  swizzle: simd2(0x0e),
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [a, b, simd(0x0d), [...lanes]],
  splat: simd1(0x0f),
  eq: simd2(0x23),
  ne: simd2(0x24),
  gtU: simd2(0x28),
  bitmask: simd1(0x64),
  /** From two vectors of signed 16-bit integers, saturating to 0 .. 255. */
  narrowU: simd2(0x66),
  /** From two vectors of signed 16-bit integers, saturating. */
  narrowS: simd2(0x65),
  subSaturateU: simd2(0x73),
}

/** Fills, copies `size` bytes. */
export const memory: Readonly<Record<'fill' | 'copy', (a: Code, b: Code, size: Code) => Code>> = {
  fill: (at: Code, byte: Code, size: Code): Code => [at, byte, size, 0xfc, unsigned(11), 0],
  copy: (to: Code, from: Code, size: Code): Code => [to, from, size, 0xfc, unsigned(10), 0, 0],
}

// ---------------------------------------------------------------- control

const NONE = 0x40

/** `a` where the condition is not 0, else `b`. Both are evaluated. */
export const select = (a: Code, b: Code, condition: Code): Code => [a, b, condition, 0x1b]
export const when = (condition: Code, then: Code, otherwise?: Code): Code =>
  otherwise === undefined ? [condition, 0x04, NONE, then, 0x0b] : [condition, 0x04, NONE, then, 0x05, otherwise, 0x0b]
/** `brIf(condition, depth)` inside leaves it. */
export const block = (body: Code): Code => [0x02, NONE, body, 0x0b]
/** `brIf(condition, depth)` inside starts it again. */
export const loop = (body: Code): Code => [0x03, NONE, body, 0x0b]
export const br = (depth: number): Code => [0x0c, unsigned(depth)]
export const brIf = (condition: Code, depth: number): Code => [condition, 0x0d, unsigned(depth)]
export const give = (value: Code): Code => [value, 0x0f]

// ---------------------------------------------------------------- functions and modules

/** A local variable or parameter of a function. */
export interface Local {
  readonly type: ValueType
  readonly get: Code
  set(value: Code): Code
  tee(value: Code): Code
}

/** What a function body is written with. */
export interface Scope {
  readonly params: readonly Local[]
  local(type: ValueType): Local
}

export interface FunctionSource {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly result?: ValueType
  body(scope: Scope): Code
}

/** `from` to `to` (excluded) in steps of `step`, at least not once when empty. The body must not change the counter. */
export function range(counter: Local, from: Code, to: Code, step: number, body: Code): Code {
  return [
    counter.set(from),
    block(loop([brIf(i32.geS(counter.get, to), 1), body, counter.set(i32.add(counter.get, i32.const(step))), br(0)])),
  ]
}

const isCode = (code: Code): code is readonly Code[] => typeof code !== 'number'

function flatten(code: Code, into: number[]): number[] {
  if (isCode(code)) for (const part of code) flatten(part, into)
  else into.push(code)
  return into
}

const vector = (items: readonly Code[]): Code => [unsigned(items.length), items]
const text = (value: string): Code => vector([...new TextEncoder().encode(value)])
const section = (id: number, content: Code): Code => {
  const bytes = flatten(content, [])
  return [id, unsigned(bytes.length), bytes]
}

function assemble(source: FunctionSource): { readonly bytes: Code } {
  const types: ValueType[] = [...source.params]
  const make = (type: ValueType): Local => {
    const index = unsigned(types.length)
    types.push(type)
    return local(type, index)
  }
  const params = source.params.map((type, k) => local(type, unsigned(k)))
  const body = source.body({ params, local: make })
  const own = types.slice(source.params.length)
  const content = flatten([vector(own.map((type) => [1, typeByte[type]])), body, 0x0b], [])
  return { bytes: [unsigned(content.length), content] }
}

const local = (type: ValueType, index: readonly number[]): Local => ({
  type,
  get: [0x20, index],
  set: (value) => [value, 0x21, index],
  tee: (value) => [value, 0x22, index],
})

/** The bytes of a module that imports its memory as `env.memory` and exports every function by name. */
export function assembleModule(name: string, functions: readonly FunctionSource[]): Uint8Array<ArrayBuffer> {
  const signatures = functions.map((f) => [
    0x60,
    vector(f.params.map((type) => typeByte[type])),
    vector(f.result === undefined ? [] : [typeByte[f.result]]),
  ])
  const bytes = flatten(
    [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, vector(signatures)),
      section(2, vector([[text('env'), text('memory'), 0x02, 0x01, unsigned(0), unsigned(65536)]])),
      section(3, vector(functions.map((_, k) => unsigned(k)))),
      section(7, vector(functions.map((f, k) => [text(f.name), 0x00, unsigned(k)]))),
      section(10, vector(functions.map((f) => assemble(f).bytes))),
      section(0, [text('name'), 0, ((content) => [unsigned(content.length), content])(flatten(text(name), []))]),
    ],
    [],
  )
  return Uint8Array.from(bytes)
}
