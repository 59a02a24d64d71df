import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { ShownList } from '../actions/action'
import { ContextsSection } from '../inspector/ContextLine'
import { Section } from '../inspector/Frame'
import { clustersText as text } from '../text/clusters'
import { shortPath } from '../text/path'
import { Mark } from '../ui/Mark'
import { useApp } from '../ui/model'
import { Named } from '../ui/Named'
import { Exact } from '../ui/Shown'
import styles from './Detail.module.css'

const entryTones = {
  same: 'ok',
  recreated: 'warn',
  stale: 'warn',
  tunnel: 'open',
  'not-known': 'open',
} as const

interface ClusterContextsProps {
  readonly cluster: ShownCluster
  readonly shown: ShownList
}

/** What leads to it: contexts, and the cluster entries that they go by, beside what AWS gives. */
export function ClusterContexts({ cluster: { contexts, shadowed, entries }, shown }: ClusterContextsProps) {
  const home = useApp((state) => state.app?.home ?? '')
  return (
    <>
      <ContextsSection
        title={text.detail.contexts}
        of={contexts}
        none={text.detail.noContexts}
        shown={shown}
        where={false}
      />
      {shadowed.length > 0 && (
        <ContextsSection title={text.detail.shadowed} of={shadowed} shown={shown} where={false} />
      )}
      {entries.length > 0 && (
        <Section title={text.detail.entries} aside={entries.length}>
          <ul className={styles.entries}>
            {entries.map(({ file, name, state }) => (
              <li key={`${file} ${name}`}>
                <b>
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
