import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { ShownList } from '../actions/action'
import { ContextLine } from '../inspector/ContextLine'
import frame from '../inspector/Inspector.module.css'
import { Section } from '../inspector/Section'
import { clustersText as text } from '../text/clusters'
import { shortPath } from '../text/path'
import { LongList } from '../ui/LongList'
import { useApp } from '../ui/model'
import { Named } from '../ui/Named'
import { Exact } from '../ui/Shown'
import styles from './Detail.module.css'

interface ClusterContextsProps {
  readonly cluster: ShownCluster
  readonly shown: ShownList
}

interface ContextLinesProps extends Pick<ClusterContextsProps, 'shown'> {
  readonly label: string
  readonly contexts: ShownCluster['contexts']
}

function ContextLines({ label, contexts, shown }: ContextLinesProps) {
  return (
    <LongList
      label={label}
      count={contexts.length}
      estimate={27}
      item={(index) => {
        const context = contexts[index]
        return context && <ContextLine id={context.id} name={context.name} shown={shown} where={false} />
      }}
    />
  )
}

/** What leads to it: contexts, and the cluster entries that they go by, beside what AWS gives. */
export function ClusterContexts({ cluster: { contexts, shadowed, entries }, shown }: ClusterContextsProps) {
  const home = useApp((state) => state.app?.home ?? '')
  return (
    <>
      <Section title={text.detail.contexts} aside={contexts.length}>
        {contexts.length === 0 ? (
          <p className={frame.quiet}>{text.detail.noContexts}</p>
        ) : (
          <ContextLines label={text.detail.contexts} contexts={contexts} shown={shown} />
        )}
      </Section>
      {shadowed.length > 0 && (
        <Section title={text.detail.shadowed} aside={shadowed.length}>
          <ContextLines label={text.detail.shadowed} contexts={shadowed} shown={shown} />
        </Section>
      )}
      {entries.length > 0 && (
        <Section title={text.detail.entries} aside={entries.length}>
          <ul className={styles.entries}>
            {entries.map(({ file, name, state }) => (
              <li key={`${file} ${name}`}>
                <b>
                  <Named name={name} />
                </b>
                <span className={styles.state} data-state={state}>
                  {text.detail.entryStates[state]}
                </span>
                <span className={styles.more}>
                  <Exact text={shortPath(file, home)} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
