/** What would mend a finding, as edits: the same values that the grid makes. Pure. */
import type { Edit } from '../../shared/edits/edit'
import type { Finding } from '../../shared/identity/identity'
import type { Row } from '../rows/rows'
import { text } from '../text/page'

export interface Fix {
  /** What its button says. */
  readonly label: string
  readonly edits: readonly Edit[]
}

/** The fix of one finding of a row; null where only a person can choose what would mend it. */
export function fixOf({ id }: Pick<Finding, 'id'>, row: Row): Fix | null {
  // What is not in the files yet, or would go, is mended by undoing that.
  if (row.pending !== null && row.pending.kind !== 'changed') return null
  const { fixes } = text.inspector
  const context = row.id
  switch (id) {
    case 'env-keys-win':
      return row.profile === null
        ? null
        : {
            label: fixes.pin,
            edits: [{ kind: 'set-profile', context, profile: row.profile, pin: 'arg', scope: 'split' }],
          }
    case 'shared-user':
      return row.sharedWith.length === 0
        ? null
        : { label: fixes.split, edits: [{ kind: 'split-user', context, name: null }] }
    case 'deprecated-api-version':
      return {
        label: fixes.apiVersion,
        edits: [{ kind: 'set-api-version', context, version: 'v1beta1', scope: 'split' }],
      }
    default:
      return null
  }
}
