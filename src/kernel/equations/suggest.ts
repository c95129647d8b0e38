/** The tail of an error about a name: the nearest one that exists, and all of them. */

/** Edits (insert, delete, replace) from one word to another (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}

/** The existing name that was probably meant: few edits away, or a beginning of it, or the same in another case. */
function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > 64) return undefined
  const wanted = name.toLowerCase()
  let best: string | undefined
  let least = Math.floor(name.length / 3) + 1
  for (const each of names) {
    if (each.length > 64) continue
    const there = each.toLowerCase()
    const edits = there !== wanted && wanted.length > 1 && there.startsWith(wanted) ? 0.5 : distance(wanted, there)
    if (edits < least) [best, least] = [each, edits]
  }
  return best
}

/** `; did you mean 'b'? There are a, b, c` */
export function suggestion(name: string, names: readonly string[]): string {
  const best = nearest(name, names)
  const all = names.length === 0 ? 'There are none' : `There are ${names.join(', ')}`
  return best === undefined ? `. ${all}` : `; did you mean '${best}'? ${all}`
}
