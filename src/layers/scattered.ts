/** What layers share whose active inputs add their weights to planes of outputs. */

import type { Arena, Region } from '../kernel/arena.ts'
import { link } from '../kernel/kernel.ts'
import { ActiveList } from '../kernel/layers/active-scan.ts'
import {
  scatter,
  type ScatterGeometry,
  scatterRowsLength,
  scatterTables,
  type ScatterTables,
  storeScatterRows,
} from '../kernel/layers/scatter.ts'
import type { Site, Slot } from './node.ts'

/** One image in, one image out. */
export interface ScatterPlan {
  readonly geometry: ScatterGeometry
  readonly tables: ScatterTables
  /** elements of an input image */
  readonly inputs: number
  /** output channels of an image, of `geometry.plane` elements each */
  readonly channels: number
  /** elements of the weight */
  readonly weights: number
}

/** One running instance. */
export class Scattered {
  readonly y: Region
  readonly weight: Pick<Slot, 'read' | 'write'>
  readonly bias: Pick<Slot, 'read' | 'write'>
  readonly #arena: Arena
  readonly #x: Region
  readonly #map: Region['map']
  readonly #plan: ScatterPlan
  readonly #images: number
  readonly #list: ActiveList
  readonly #regions: Readonly<Record<'weight' | 'rows' | 'lines' | 'places', Region>>
  readonly #bias: Float32Array
  #finite = true
  #scatter: (x: number, y: number, count: number) => void = () => {}

  constructor({ arena, x }: Site, plan: ScatterPlan, images: number) {
    const { geometry, tables, inputs, channels, weights } = plan
    this.#arena = arena
    this.#x = x
    this.#map = images === 1 ? x.map : undefined
    this.#plan = plan
    this.#images = images
    this.y = arena.reserve(images * channels * geometry.plane)
    this.#list = new ActiveList(arena, inputs)
    this.#bias = new Float32Array(channels)
    const regions = {
      weight: arena.reserve(weights),
      rows: arena.reserve(scatterRowsLength(geometry, weights)),
      lines: arena.reserve((tables.lines.length / 3) * 4),
      places: arena.reserve((tables.places.length / 3) * 4),
    }
    this.#regions = regions
    this.weight = {
      read: () => arena.floats(regions.weight).slice(),
      write: (data) => {
        arena.floats(regions.weight).set(data)
        storeScatterRows(geometry, data, arena.floats(regions.rows))
        this.#finite = data.every(Number.isFinite)
      },
    }
    this.bias = {
      read: () => this.#bias.slice(),
      write: (data) => this.#bias.set(data),
    }
  }

  start(): void {
    const { geometry, tables } = this.#plan
    const { weight, rows, lines, places } = this.#regions
    const words = scatterTables(geometry, tables)
    this.#arena.floats(rows).fill(0)
    this.#arena.ints(lines).set(words.lines)
    this.#arena.ints(places).set(words.places)
    this.#list.start()
    const kernel = link(this.#arena, scatter(geometry)).scatter
    const list = this.#list.region.offset
    this.#scatter = (x, y, count) => kernel(x, list, count, y, rows.offset, weight.offset, lines.offset, places.offset)
  }

  run(): void {
    const { geometry, inputs, channels } = this.#plan
    const y = this.#arena.floats(this.y)
    const size = channels * geometry.plane
    // Ascending: the last vector of an image may reach into the next one, which begins later.
    for (let image = 0; image < this.#images; image++) {
      for (let o = 0, at = image * size; o < channels; o++, at += geometry.plane)
        y.fill((this.#bias[o] as number) + 0, at, at + geometry.plane)
      const x = this.#x.offset + image * inputs * 4
      this.#scatter(x, this.y.offset + image * size * 4, this.#finite ? this.#list.find(x, this.#map) : this.#all())
    }
  }

  /** 0 times a weight that is not finite is NaN: then every input counts. */
  #all(): number {
    const { inputs } = this.#plan
    const list = this.#arena.ints(this.#list.region)
    for (let k = 0; k < inputs; k++) list[k] = k
    return inputs
  }
}
