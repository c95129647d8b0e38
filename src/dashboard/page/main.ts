/** The page: panels appear as streams are announced; what arrives is kept, and drawn once for every frame of the display. */

import { controlVersion, type ServerMessage, type StreamInfo } from '../control.ts'
import type { Frame } from '../protocol.ts'
import { type Connection, connect, type ConnectionState } from './connection.ts'
import { byId, say } from './dom.ts'
import { HealthStrip } from './health.ts'
import { ImagePanel } from './image.ts'
import type { Page, Panel } from './panel.ts'
import { RasterPanel } from './raster.ts'
import { RatesPanel } from './rates.ts'
import { SensorPanel } from './sensor.ts'
import { SlidersPanel } from './sliders.ts'
import { onThemeChange } from './theme.ts'
import { TracesPanel } from './traces.ts'

const panels = new Map<number, Panel>()
const sequences = new Map<number, number>()
const health = new HealthStrip(byId('health'))
const rates = new RatesPanel()
const sliders = new SlidersPanel()
const pictures = byId('pictures')
const series = byId('series')
let paused = false
let skipped = 0
let frames = 0
let counted = performance.now()

const words: Readonly<Record<ConnectionState, string>> = {
  connecting: 'connecting',
  live: 'connected',
  lost: 'no connection',
  ended: 'ended',
}

const page: Page = {
  send: (message) => connection.send(message),
  pick: (neuron, neurons) => tracesOf(neurons)?.toggle(neuron),
  colourOf: (neuron, neurons) => tracesOf(neurons)?.colourOf(neuron),
}

const connection: Connection = connect({ frame: takeFrame, message: takeMessage, state: showConnection })

byId('rail').append(sliders.element, health.notices)
byId('pause').addEventListener('click', togglePause)
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== 'range'
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'p') togglePause()
  else if (event.key === '[' || event.key === ']')
    for (const panel of panels.values()) if (panel instanceof SensorPanel) panel.zoom(event.key === ']' ? 2 : 0.5)
})
onThemeChange(() => {
  for (const panel of panels.values()) panel.touch()
  rates.touch()
  redraw()
})
requestAnimationFrame(loop)

function loop(now: number): void {
  frames++
  if (now - counted >= 1000) {
    health.display(Math.round((frames * 1000) / (now - counted)), skipped)
    frames = 0
    counted = now
  }
  for (const panel of panels.values()) panel.card.age(now, paused)
  if (!paused) redraw()
  requestAnimationFrame(loop)
}

function redraw(): void {
  for (const panel of panels.values()) panel.draw()
  rates.draw()
}

function takeFrame(frame: Frame): void {
  const expected = sequences.get(frame.stream)
  if (expected !== undefined) skipped += (frame.sequence - expected) >>> 0
  sequences.set(frame.stream, (frame.sequence + 1) >>> 0)
  const panel = panels.get(frame.stream)
  panel?.card.news()
  panel?.take(frame)
}

function takeMessage(message: ServerMessage): void {
  switch (message.type) {
    case 'hello':
      return begin(message)
    case 'stream':
      return announce(message.stream)
    case 'slider':
      return sliders.set(message.name, message.value)
    case 'rates':
      for (const { id, value } of message.rates) rates.push(id, value)
      return
    case 'health':
      health.show(message)
      for (const each of message.streams) panels.get(each.id)?.health?.(each)
  }
}

function begin(hello: Extract<ServerMessage, { type: 'hello' }>): void {
  if (hello.version !== controlVersion) return location.reload()
  panels.clear()
  sequences.clear()
  pictures.replaceChildren()
  series.replaceChildren(rates.element)
  document.title = hello.title
  say(byId('title'), hello.title)
  rates.begin(hello.every)
  sliders.begin(hello.sliders, (name, value) => page.send({ type: 'slider', name, value }))
  for (const stream of hello.streams) announce(stream)
  for (const { id, values } of hello.rates) rates.push(id, ...values)
  arrange()
}

function announce(info: StreamInfo): void {
  const known = panels.get(info.id)
  if (known !== undefined && known.info.kind === info.kind) {
    known.update(info)
    if (info.kind === 'traces') for (const panel of panels.values()) if (panel !== known) panel.touch()
    return
  }
  const panel = make(info)
  panels.set(info.id, panel)
  if (info.kind === 'events' || info.kind === 'image') pictures.append(panel.card.element)
  else series.insertBefore(panel.card.element, rates.element)
  rates.add(info)
  arrange()
}

function make(info: StreamInfo): Panel {
  switch (info.kind) {
    case 'events':
      return new SensorPanel(info, page)
    case 'image':
      return new ImagePanel(info, page)
    case 'raster':
      return new RasterPanel(info, page)
    case 'traces':
      return new TracesPanel(info, page)
  }
}

/** The style sheet arranges by what there is. */
function arrange(): void {
  const { dataset } = document.body
  dataset['pictures'] = String(Math.min(pictures.childElementCount, 3))
  dataset['series'] = String(!rates.element.hidden || series.childElementCount > 1)
  dataset['rail'] = String(!sliders.element.hidden)
  dataset['streams'] = String(panels.size > 0)
  byId('empty').hidden = panels.size > 0 || !sliders.element.hidden
}

/** The traces of as many neurons: those of the same layer, as far as one can tell. */
function tracesOf(neurons: number): TracesPanel | undefined {
  for (const panel of panels.values()) if (panel instanceof TracesPanel && panel.size === neurons) return panel
  return undefined
}

function togglePause(): void {
  paused = !paused
  byId('pause').setAttribute('aria-pressed', String(paused))
  say(byId('pause').querySelector('.text') as HTMLElement, paused ? 'Resume' : 'Pause')
  if (!paused) redraw()
}

function showConnection(state: ConnectionState): void {
  document.body.dataset['connection'] = state
  say(byId('connection'), words[state])
}
