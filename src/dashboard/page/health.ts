/** The strip that is always seen: does the machine keep up, and what was lost. */

import type { Health, Notice } from '../control.ts'
import { compact, digits, el, grouped, milliseconds, say } from './dom.ts'

export class HealthStrip {
  readonly #cells = new Map<string, { readonly cell: HTMLElement; readonly value: HTMLElement }>()
  readonly #bar = { p50: el('i', { class: 'p50' }), p99: el('i', { class: 'p99' }) }
  /** What was reported besides values. */
  readonly notices: HTMLElement
  readonly #list: HTMLElement = el('ul', {})

  constructor(strip: HTMLElement) {
    const step = this.#cell(
      strip,
      'step',
      'Step p50 / p99',
      'work of one step, all running operators together, against the time that a step has',
    )
    step.append(el('span', { class: 'budget', 'aria-hidden': 'true' }, this.#bar.p50, this.#bar.p99))
    this.#cell(strip, 'budget', 'Budget used', 'median work of a step, of the time that a step has')
    this.#cell(strip, 'realTime', 'Real time', 'seconds of data per second of the wall clock')
    this.#cell(strip, 'latency', 'Latency p50 / p99', 'from the time in the data to now, where the data knows the wall clock')
    this.#cell(strip, 'dropped', 'Dropped', 'values dropped anywhere in this process since the page was opened')
    this.#cell(strip, 'backend', 'Backend', 'where the arithmetic runs')
    this.#cell(strip, 'display', 'Display', 'pictures per second of this browser, and messages it was too slow for')
    this.notices = el(
      'section',
      { class: 'panel notices', 'aria-label': 'Notices', hidden: true },
      el('header', {}, el('h2', {}, 'Notices')),
      this.#list,
    )
  }

  show(health: Health): void {
    const { work, dt, realTime, latency, dropped, backends, operators, notices } = health
    const budget = dt === null ? undefined : dt * 1000
    this.#say(
      'step',
      work === null
        ? '\u2014'
        : `${milliseconds(work.p50)} / ${milliseconds(work.p99)}${budget === undefined ? '' : ` of ${Number(budget.toPrecision(3))}`} ms`,
    )
    const share = work === null || budget === undefined ? undefined : { p50: work.p50 / budget, p99: work.p99 / budget }
    this.#say('budget', share === undefined ? '\u2014' : `${digits(share.p50 * 100, 2)} %`)
    this.#bar.p50.style.width = `${Math.min(1, share?.p50 ?? 0) * 100}%`
    this.#bar.p99.style.left = `${Math.min(1, share?.p99 ?? 0) * 100}%`
    this.#bar.p99.hidden = share === undefined
    this.#grade('step', share === undefined ? '' : share.p50 > 1 ? 'bad' : share.p99 > 1 ? 'warn' : 'good')
    this.#grade('budget', share === undefined ? '' : share.p50 > 1 ? 'bad' : share.p50 > 0.8 ? 'warn' : '')
    this.#say('realTime', realTime === null ? '\u2014' : `\u00d7 ${realTime >= 9.995 ? compact(realTime) : realTime.toFixed(2)}`)
    this.#grade('realTime', realTime !== null && realTime < 0.95 ? 'warn' : '')
    this.#say('latency', latency === null ? '\u2014' : `${milliseconds(latency.p50)} / ${milliseconds(latency.p99)} ms`)
    this.#say('dropped', grouped(dropped), dropped)
    this.#grade('dropped', dropped > 0 ? 'warn' : '')
    this.#say('backend', backends.length === 0 ? '\u2014' : backends.join(', '))
    const step = this.#cells.get('step')?.cell
    if (step !== undefined)
      step.title = operators
        .map(
          ({ at, work, stepsPerSecond }) => `${at}  ${milliseconds(work.p50)} / ${milliseconds(work.p99)} ms  ${compact(stepsPerSecond)}/s`,
        )
        .join('\n')
    this.#note(notices)
  }

  display(frames: number, skipped: number): void {
    this.#say('display', `${frames} fps${skipped > 0 ? ` \u00b7 ${grouped(skipped)} skipped` : ''}`, frames)
  }

  #note(notices: readonly Notice[]): void {
    this.notices.hidden = notices.length === 0
    const lines = notices
      .slice(-8)
      .map(({ kind, at, total, message }) =>
        el(
          'li',
          { 'data-kind': kind },
          el('b', {}, kind),
          el('span', { class: 'at' }, at),
          el('span', { class: 'count' }, grouped(total)),
          ...(message === undefined ? [] : [el('span', { class: 'message' }, message)]),
        ),
      )
    this.#list.replaceChildren(...lines)
  }

  #cell(strip: HTMLElement, name: string, label: string, title: string): HTMLElement {
    const value = el('dd', { 'data-role': name }, '\u2014')
    const cell = el('div', { class: `cell cell-${name}`, title }, el('dt', {}, label), value)
    this.#cells.set(name, { cell, value })
    strip.append(cell)
    return cell
  }

  #say(name: string, text: string, exact?: number): void {
    const value = this.#cells.get(name)?.value
    if (value === undefined) return
    say(value, text)
    if (exact !== undefined) value.dataset['value'] = String(exact)
  }

  /** Colour, and a mark for those who do not see it. */
  #grade(name: string, grade: '' | 'good' | 'warn' | 'bad'): void {
    const cell = this.#cells.get(name)?.cell
    if (cell !== undefined && cell.dataset['grade'] !== grade) cell.dataset['grade'] = grade
  }
}
