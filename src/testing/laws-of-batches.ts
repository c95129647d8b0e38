/** Rows of the batch axis. */

import { array, boolean, nat, property, record } from 'fast-check'
import { Subject as Source } from 'rxjs'
import { sizeOf, Tensor } from '../tensor.ts'
import { type Law, ROWS, type Subject } from './law.ts'
import { live } from './live.ts'
import { outputs } from './run.ts'
import { checkSame } from './same.ts'

export const rowsAreIndependent = ({ layer, noisy, sequences }: Subject): Law =>
  noisy
    ? {
        name: 'rows of a batch do not see one another',
        property: property(record({ inputs: sequences(ROWS), row: nat(ROWS - 1) }), ({ inputs, row }) => {
          const other = inputs.map((x) => x.map((value, k) => (Math.floor(k / (x.data.length / ROWS)) === row ? 0 : value)))
          const [given, changed] = [outputs(layer, inputs), outputs(layer, other)]
          for (let each = 0; each < ROWS; each++) {
            if (each !== row) checkSame(rowOf(each, given), rowOf(each, changed), `in row ${each}`, `where row ${row} is silent`)
          }
        }),
      }
    : {
        name: 'rows of a batch do not see one another',
        property: property(record({ inputs: sequences(ROWS) }), ({ inputs }) => {
          const given = outputs(layer, inputs)
          for (let row = 0; row < ROWS; row++) {
            checkSame(rowOf(row, given), outputs(layer, rowOf(row, inputs)), `in row ${row} of ${ROWS}`, 'alone')
          }
        }),
      }

export const rowsAreReset = ({ layer, sequences }: Subject): Law => ({
  name: 'a row is reset without the others',
  property: property(
    record({ before: sequences(ROWS), after: sequences(ROWS), rows: array(boolean(), { minLength: ROWS, maxLength: ROWS }) }),
    ({ before, after, rows }) => {
      const resetRows = new Source<Tensor>()
      const seen = live(layer.with({ resetRows }), (running) => {
        running.feed(before)
        resetRows.next(new Tensor([ROWS], Float32Array.from(rows, Number)))
        running.feed(after)
        return running.seen.slice(before.length)
      })
      rows.forEach((reset, row) => {
        const given = rowOf(row, seen)
        const all = reset ? outputs(layer, rowOf(row, after)) : outputs(layer, rowOf(row, [...before, ...after])).slice(before.length)
        checkSame(given, all, `in row ${row}, which was ${reset ? '' : 'not '}reset`, reset ? 'from a new run' : 'without any reset')
      })
    },
  ),
})

/** One row of each batch, as a step of its own. */
const rowOf = (row: number, batches: readonly Tensor[]): readonly Tensor[] =>
  batches.map((x) => {
    const shape = x.shape.slice(1)
    const size = sizeOf(shape)
    return new Tensor(shape, x.data.slice(row * size, (row + 1) * size), x)
  })
