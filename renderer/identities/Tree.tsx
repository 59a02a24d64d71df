import type { IdentityTree } from '../../shared/identity/tree'
import type { ShownList } from '../actions/action'
import type { IdentityLine, TreeLine } from '../rows/identities'
import { identitiesText as text } from '../text/identities'
import { useModel } from '../ui/model'
import { TreeGrid } from '../ui/TreeGrid'
import { useIdentities } from '../ui/use-identities'
import styles from './Identities.module.css'
import { GroupRow, IdentityRow } from './Rows'

interface TreeProps {
  readonly lines: readonly TreeLine[]
  readonly tree: IdentityTree
  readonly shown: ShownList
}

/** Of an identity whom it comes from, else its group. */
const above = ({ identity, depth, group }: IdentityLine): string =>
  depth === 0 ? group : (identity.parent ?? group)

/** The identities as a tree grid: a line has the keyboard, the arrows walk, left and right close and open. */
export function Tree({ lines, tree, shown }: TreeProps) {
  const model = useModel()
  const { identities } = model
  const held = useIdentities((state) => state.cursor)
  const inspecting = useIdentities((state) => state.inspecting)
  return (
    <TreeGrid<TreeLine>
      label={text.tree}
      columns={text.columns}
      columnsClass={styles.columns}
      headerClass={styles.header}
      lines={lines}
      held={held}
      shown={shown}
      setCursor={identities.setCursor}
      toggle={identities.toggle}
      above={(line) => (line.line === 'identity' ? above(line) : null)}
      enter={(line) => {
        if (line.line === 'group' && line.session === null) identities.toggle(line.id)
        else {
          identities.setCursor(line.id)
          identities.inspect(!inspecting)
        }
      }}
      putAway={() => {
        if (inspecting) identities.inspect(false)
        return inspecting
      }}
      row={(line, place) =>
        line.line === 'group' ? (
          <GroupRow key={line.id} group={line} tree={tree} {...place} />
        ) : (
          <IdentityRow key={line.id} line={line} {...place} />
        )
      }
    />
  )
}
