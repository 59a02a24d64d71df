import { useEffect, useState } from 'react'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import { ContextsSection } from '../inspector/ContextsSection'
import { Section } from '../inspector/Frame'
import { Tabs } from '../inspector/Tabs'
import { admitted, ownIdentityLines } from '../rows/cluster-access'
import { loadAccess } from '../store/cluster-store'
import { type ClusterTab, clusterTabs, clustersText as text } from '../text/cluster-texts'
import { shortPath } from '../text/path'
import { Mark } from '../ui/Mark'
import { useApp, useClusters, useModel } from '../ui/model'
import { Exact, Named } from '../ui/Shown'
import styles from './Detail.module.css'
import { LetIn } from './LetIn'
import { OwnIdentities } from './OwnIdentities'
import { WhoEnters } from './WhoEnters'

interface AccessProps {
  readonly cluster: ShownCluster
  readonly tab: ClusterTab
  readonly onTab: (tab: ClusterTab) => void
}

/** Who may enter, which of the user's identities may, which contexts refer to it, and how to let an identity in. */
export function Access({ cluster, tab, onTab }: AccessProps) {
  const model = useModel()
  const { clusters } = model
  const { id, contexts, goneAt } = cluster
  // A cluster that is gone gets no token: another party's endpoint may answer at its address by now.
  const names = goneAt === null ? clusterTabs : clusterTabs.filter((name) => name === 'contexts')
  const chosen = goneAt === null ? tab : 'contexts'
  const access = useClusters((state) => state.access.get(id))
  const environment = useApp((state) => state.environment)
  // Read again each time: a request about all clusters, or a check, may have reported on this one while another was open.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another environment knows other things of it
  useEffect(() => {
    void loadAccess(clusters, id)
  }, [clusters, id, environment])
  // The identity to let in is remembered while the user looks at the other tabs.
  const [principal, setPrincipal] = useState('')
  // What the cluster answered to its contexts follows the checks.
  useApp((state) => state.fleet)
  const leading = [...contexts, ...cluster.shadowed]
  const mine =
    access && ownIdentityLines(access, leading, (context) => model.fileRows.get(context), model.owners())
  return (
    <Tabs
      names={names}
      titles={text.tabs}
      chosen={chosen}
      counts={{
        enter: admitted(access?.rows ?? []).length + (mine?.unlisted.length ?? 0),
        mine: mine?.entering.length ?? 0,
        contexts: contexts.length,
      }}
      onChoose={onTab}
    >
      {chosen === 'contexts' ? (
        <Contexts cluster={cluster} />
      ) : access === undefined || mine === undefined ? (
        <p className="quiet">{text.access.loading}</p>
      ) : chosen === 'enter' ? (
        <WhoEnters cluster={cluster} access={access} seen={mine.unlisted} />
      ) : chosen === 'mine' ? (
        <OwnIdentities cluster={cluster} access={access} mine={mine} />
      ) : (
        <LetIn cluster={cluster} access={access} principal={principal} onPrincipal={setPrincipal} />
      )}
    </Tabs>
  )
}

const entryTones = {
  same: 'ok',
  recreated: 'warn',
  stale: 'warn',
  tunnel: 'open',
  'not-known': 'open',
} as const

/** What refers to it: contexts, and the cluster entries that they use, next to the data from AWS. */
function Contexts({ cluster }: Pick<AccessProps, 'cluster'>) {
  const { contexts, shadowed, entries } = cluster
  const home = useApp((state) => state.app?.home ?? '')
  return (
    <>
      <ContextsSection
        title={text.detail.contexts}
        of={contexts}
        none={text.detail.noContexts}
        where={false}
      />
      {shadowed.length > 0 && <ContextsSection title={text.detail.shadowed} of={shadowed} where={false} />}
      {entries.length > 0 && (
        <Section title={text.detail.entries} aside={entries.length}>
          <ul className={styles.entries}>
            {entries.map(({ file, name, state }) => (
              <li key={`${file} ${name}`}>
                <b className="strong">
                  <Named name={name} />
                </b>
                <Mark tone={entryTones[state]}>{text.detail.entryStates[state]}</Mark>
                <Exact as="span" className={styles.more} text={shortPath(file, home)} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
