/** Which cells have a value that is legal but doubtful, or is refused, as far as known for pending edits. */
import type { Edit, EditProblem } from '../../shared/edits/edit'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { ColumnId } from '../rows/columns'
import type { EditsState } from './editing-state'

const columns: Readonly<Partial<Record<Edit['kind'], ColumnId>>> = {
  'set-namespace': 'namespace',
  'set-eks-name': 'cluster',
  'set-region': 'region',
  'set-profile': 'profile',
  'set-role': 'role',
  'set-user': 'user',
  'set-cluster': 'entry',
  'set-server': 'server',
  'set-proxy-url': 'proxyUrl',
  'set-tls-server-name': 'tlsServerName',
  'set-api-version': 'apiVersion',
}

type Doubts = ReadonlyMap<string, EditProblem>

const keyOf = (context: EntryId, column: string): string => `${column} ${context}`

/** Cached: every drawn cell reads it, and it is the same for all of them. */
const known = new WeakMap<EditsState['problems'], Pick<EditsState, 'pending'> & { readonly doubts: Doubts }>()

function doubtsOf({ problems, pending }: Pick<EditsState, 'problems' | 'pending'>): Doubts {
  const before = known.get(problems)
  if (before?.pending === pending) return before.doubts
  const doubts = new Map<string, EditProblem>()
  for (const problem of problems) {
    const edit = problem.edit === null ? undefined : pending[problem.edit]?.edit
    const column = edit === undefined ? undefined : columns[edit.kind]
    if (edit === undefined || column === undefined || !('context' in edit) || edit.context === null) continue
    const key = keyOf(edit.context, column)
    // A problem that blocks the whole write is more important.
    if (doubts.get(key)?.blocks !== true) doubts.set(key, problem)
  }
  known.set(problems, { pending, doubts })
  return doubts
}

/** The problem with a cell's new value; undefined for none. */
export const doubtAt = (state: EditsState, context: EntryId, column: string): EditProblem | undefined =>
  doubtsOf(state).get(keyOf(context, column))
