/** What happened besides the values, as one Observable for the process. */

import { Observable, type Subscriber } from 'rxjs'
import { setReportListener, type Diagnostic, type Report } from '../diagnostics.ts'

/** At most one diagnostic of a kind at a place per this time. */
const periodMs = 250

/** One kind at one place. */
interface Topic {
  total: number
  /** When it was last told, `performance.now()`. */
  told: number
  /** What is not told yet: the newest report, and the sum of counts. */
  waiting: Report | undefined
  count: number
  timer: ReturnType<typeof setTimeout> | undefined
}

const topics = new Map<string, Topic>()
const listeners = new Set<Subscriber<Diagnostic>>()

/**
 * Everything every source, operator and sink of this process reports: dropped values, lost synchronisation, late ticks, stale
 * sensors, clamped values. Never errors, never completes. Of one kind at one place the first is told at once, after that at most
 * one per 250 ms with the counts added up (of messages, the newest). Costs a count while nobody listens.
 */
export const diagnostics: Observable<Diagnostic> = new Observable((subscriber) => {
  listeners.add(subscriber)
  return () => {
    listeners.delete(subscriber)
    if (listeners.size === 0) topics.forEach(forget)
  }
})

setReportListener((report) => {
  const key = `${report.kind}\n${report.at}`
  let topic = topics.get(key)
  if (topic === undefined) topics.set(key, (topic = { total: 0, told: -Infinity, waiting: undefined, count: 0, timer: undefined }))
  const count = 'count' in report ? report.count : 0
  topic.total += count
  if (listeners.size === 0) return
  topic.waiting = report
  topic.count += count
  if (topic.timer !== undefined) return
  const rest = topic.told + periodMs - performance.now()
  if (rest <= 0) tell(topic)
  else topic.timer = setTimeout(tell, rest, topic)
})

function tell(topic: Topic): void {
  const { waiting, count, total } = topic
  forget(topic)
  if (waiting === undefined) return
  topic.told = performance.now()
  const diagnostic: Diagnostic = 'count' in waiting ? { kind: waiting.kind, at: waiting.at, count, total } : waiting
  for (const listener of [...listeners]) listener.next(diagnostic)
}

function forget(topic: Topic): void {
  clearTimeout(topic.timer)
  topic.timer = undefined
  topic.waiting = undefined
  topic.count = 0
  topic.told = -Infinity
}
