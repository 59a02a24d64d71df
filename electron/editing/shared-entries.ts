/** Contexts that would change along because they share an entry: refused without permission, with the way out. */
import type { AlsoChanged } from '../../shared/edits/edit'
import { alsoNamed, type Plan } from '../../shared/edits/plan'
import { type Fault, fault } from '../../shared/result'
import { option } from '../../shared/shell/offered-command'
import { offered } from '../system/offer'

/** Exit 3 in the terminal, a question in the window: other contexts never change in silence. */
export function sharedRefusal({ alsoChanges }: Plan): Fault | null {
  if (alsoChanges.length === 0) return null
  const names = [...new Set(alsoChanges.map(alsoNamed))]
  const [contexts, use] = names.length === 1 ? ['the context', 'uses'] : ['the contexts', 'use']
  return fault(
    'shared-entry',
    `This would also change ${contexts} ${names.join(', ')}, which ${use} the same entry.`,
    alsoChanges.some(({ through }) => through === 'user')
      ? `Give the context a user of its own first (${splitUser(alsoChanges)}), or allow the change for all of them (--apply-to-shared).`
      : 'To change it for all of them: --apply-to-shared.',
  )
}

/** The command that separates contexts which share a user; outside of the list, the file tells which context is meant. */
export function splitUser(alsoChanges: readonly AlsoChanged[]): string {
  const beside = alsoChanges.find((one) => one.beside !== undefined && one.through === 'user')
  if (beside?.beside === undefined) return offered('ekscope', 'split-user')
  return offered('ekscope', 'split-user', option('--kubeconfig', beside.beside), beside.name)
}
