/** Writes of Ekscope that other programs overwrote after its command had ended: the next command names each once. */

import { quoted } from '../../shared/visible'
import type { Overwritten } from '../kubeconfig/disk/older-copy'
import { offered } from '../system/offer'
import type { Reading } from './command'
import { sentence, type Terminal } from './output'

/** Names them on standard error; an open window may have been faster. The files must be loaded. */
export async function nameOverwritten(terminal: Terminal, { overwritten }: Reading): Promise<void> {
  for (const { id, items } of await overwritten()) await terminal.err(overwrittenSentence(id, items))
}

const mostNamed = 6

/** One line about everything that is gone of one write. */
export function overwrittenSentence(id: string, items: readonly Overwritten[]): string {
  const names = items.slice(0, mostNamed).map(({ kind, name }) => `the ${kind} ${quoted(name)}`)
  const more = items.length - names.length
  const what = [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  const files = [...new Set(items.map(({ path }) => path))].join(', ')
  return sentence(
    `another program put ${what} of ${files} back to what it was before the write ${id}.`,
    `To write it once more: ${offered('ekscope', 'reapply', id)}.`,
  )
}
