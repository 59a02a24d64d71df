import { useEffect, useState } from 'react'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { ShownList } from '../actions/action'
import frame from '../inspector/Inspector.module.css'
import { TabPanel, Tabs } from '../inspector/Tabs'
import { type ClusterTab, clusterTabs, clustersText as text } from '../text/clusters'
import { useModel } from '../ui/model'
import { useClusters } from '../ui/use-clusters'
import { ClusterContexts } from './ClusterContexts'
import { LetIn } from './LetIn'
import { Mine } from './Mine'
import { WhoEnters } from './WhoEnters'

interface AccessProps {
  readonly cluster: ShownCluster
  readonly shown: ShownList
  readonly tab: ClusterTab
  readonly onTab: (tab: ClusterTab) => void
}

/** Who may enter, which of one's own, what leads there, and how somebody would be let in. */
export function Access({ cluster, shown, tab, onTab }: AccessProps) {
  const { clusters } = useModel()
  const { id, contexts, goneAt } = cluster
  // Nobody enters what is gone, and no token goes where it was: another's may answer there by now.
  const names = goneAt === null ? clusterTabs : clusterTabs.filter((name) => name === 'contexts')
  const chosen = goneAt === null ? tab : 'contexts'
  const access = useClusters((state) => state.access.get(id))
  const known = access !== undefined
  useEffect(() => {
    if (!known) void clusters.loadAccess(id)
  }, [clusters, id, known])
  // Whom to let in is remembered while one looks at the others.
  const [principal, setPrincipal] = useState('')
  const entering = access?.mine.filter(({ entrance }) => entrance.kind === 'enters').length ?? 0
  return (
    <>
      <Tabs
        of="cluster"
        names={names}
        titles={text.tabs}
        chosen={chosen}
        counts={{ enter: access?.rows.length ?? 0, mine: entering, contexts: contexts.length }}
        onChoose={onTab}
      />
      <TabPanel of="cluster" name={chosen}>
        {chosen === 'contexts' ? (
          <ClusterContexts cluster={cluster} shown={shown} />
        ) : access === undefined ? (
          <p className={frame.quiet}>{text.access.loading}</p>
        ) : chosen === 'enter' ? (
          <WhoEnters cluster={cluster} access={access} />
        ) : chosen === 'mine' ? (
          <Mine cluster={cluster} access={access} />
        ) : (
          <LetIn cluster={cluster} access={access} principal={principal} onPrincipal={setPrincipal} />
        )}
      </TabPanel>
    </>
  )
}
