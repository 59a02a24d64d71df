import type { ShownList } from '../actions/action'
import type { ListLine } from '../rows/clusters'
import { clustersText as text } from '../text/clusters'
import { useModel } from '../ui/model'
import { TreeGrid } from '../ui/TreeGrid'
import { useClusters } from '../ui/use-clusters'
import styles from './Clusters.module.css'
import { AccountRow, ClusterRow } from './Rows'

interface ListProps {
  readonly lines: readonly ListLine[]
  readonly shown: ShownList
}

/** The clusters by account as a tree grid: a line has the keyboard, and the panel follows it. */
export function List({ lines, shown }: ListProps) {
  const { clusters } = useModel()
  const held = useClusters((state) => state.cursor)
  const inspecting = useClusters((state) => state.inspecting)
  return (
    <TreeGrid<ListLine>
      label={text.list}
      columns={text.columns}
      columnsClass={styles.columns}
      headerClass={styles.header}
      lines={lines}
      held={held}
      shown={shown}
      setCursor={clusters.setCursor}
      toggle={clusters.toggle}
      above={(line) => (line.line === 'cluster' ? line.group : null)}
      enter={(line) => {
        if (line.line === 'group') clusters.toggle(line.id)
        else {
          clusters.setCursor(line.id)
          clusters.inspect(!inspecting)
        }
      }}
      putAway={() => {
        if (inspecting) clusters.inspect(false)
        return inspecting
      }}
      row={(line, place) =>
        line.line === 'group' ? (
          <AccountRow key={line.id} line={line} {...place} />
        ) : (
          <ClusterRow key={line.id} line={line} {...place} />
        )
      }
    />
  )
}
