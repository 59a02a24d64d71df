import { Eye, Plus, RefreshCw } from 'lucide-react'
import { Fragment, type ReactNode, useState } from 'react'
import { ago } from '../../shared/age'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import { option } from '../../shared/shell/offered-command'
import { visible } from '../../shared/visible'
import { type Fact, Facts, ListPanel, Section } from '../inspector/Frame'
import { Harm } from '../inspector/Harm'
import frame from '../inspector/Inspector.module.css'
import { firstMark, supportText } from '../rows/cluster-rows'
import { askAws, showContextsOf } from '../store/cluster-store'
import { type ClusterTab, clustersText as text } from '../text/cluster-texts'
import { spacedAccount } from '../text/counts'
import { text as page } from '../text/page'
import { Button } from '../ui/Button'
import { CodeLine } from '../ui/CodeLine'
import { useApp, useClusters, useIsRunning, useModel, useOffer } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { Access } from './Access'
import styles from './Detail.module.css'
import { Standing } from './Standing'

/** Everything about the cluster that has the keyboard; what is wrong with it comes first. */
export function ClusterDetail() {
  const { clusters } = useModel()
  const all = useClusters((state) => state.all)
  const cursor = useClusters((state) => state.cursor)
  // It stays open on the same tab from row to row.
  const [tab, setTab] = useState<ClusterTab>('enter')
  const cluster = all?.find(({ id }) => id === cursor)
  return (
    <ListPanel
      texts={text.detail}
      list={clusters}
      arn={cluster?.arn}
      title={cluster && <Title cluster={cluster} />}
      foot={cluster && <Foot cluster={cluster} />}
    >
      {cluster === undefined ? null : (
        <>
          <Harm at={{ cluster: cluster.id }} />
          <Standing cluster={cluster} />
          <ClusterFacts cluster={cluster} />
          <Access key={cluster.id} cluster={cluster} tab={tab} onTab={setTab} />
          <Terminal cluster={cluster} />
        </>
      )}
    </ListPanel>
  )
}

function Title({ cluster: { name, arn, account, accountName, region } }: { readonly cluster: ShownCluster }) {
  const place = [accountName, account === null ? null : spacedAccount(account), region].flatMap(
    (part) => part || [],
  )
  return (
    <>
      <Shown as="h2" className={frame.title} text={name ?? arn ?? ''} />
      <p className={frame.place}>
        {place.map((part, at) => (
          <Fragment key={part}>
            {at > 0 && ' · '}
            <Shown as="span" text={part} />
          </Fragment>
        ))}
      </p>
      {arn !== null && <Exact as="p" className={frame.whole} text={arn} />}
    </>
  )
}

/** Where its endpoint can be reached from, as AWS says it. */
function reachableFrom({ described }: ShownCluster): string {
  if (described?.publicEndpoint)
    return described.privateEndpoint ? text.detail.publicAndPrivate : text.detail.onlyPublic
  return described?.privateEndpoint ? text.detail.onlyPrivate : text.detail.notSaid
}

function ClusterFacts({ cluster }: { readonly cluster: ShownCluster }) {
  const now = useApp((state) => state.now)
  const { described, asked, goneAt } = cluster
  // For a cluster that is gone, AWS's old answer would read as if it still existed.
  if (described === null || goneAt !== null) return null
  const { version, status, authenticationMode: mode, serviceRole, endpoint } = described
  const reached = asked?.reached ?? null
  const age = ago(asked?.at ?? now, now)
  const reachedText =
    reached === null
      ? text.detail.notReached
      : reached.answers
        ? text.detail.inMs(reached.ms, age)
        : text.detail.noAnswer(visible(reached.why ?? ''), age)
  const both = (name: string, what: ReactNode, more: string | null): Fact => [
    name,
    <Fragment key={name}>
      {what}
      {more !== null && <span className={styles.more}>{more}</span>}
    </Fragment>,
  ]
  const versionText = `${version ?? text.detail.notSaid} · ${text.statuses[status] ?? status.toLowerCase()}`
  const facts: readonly Fact[] = [
    both(text.detail.version, versionText, version === null ? null : supportText(cluster, now)),
    both(text.detail.endpoint, reachableFrom(cluster), reachedText),
    [text.detail.decidedBy, mode === null ? text.detail.notSaid : (text.decides[mode] ?? mode)],
    serviceRole !== null &&
      both(text.detail.runsAs, <Exact text={serviceRole.replace(/^.*\//, '')} />, text.detail.notForPeople),
    endpoint !== null && [text.detail.address, <Exact key="at" text={endpoint} />, 'whole'],
  ]
  return (
    <Section title={page.facts}>
      <div className={styles.facts}>
        <Facts of={facts} />
      </div>
    </Section>
  )
}

/** Commands that ask the same outside Ekscope: with the profile by which AWS was asked, else with that of one of its contexts. */
function Terminal({ cluster }: { readonly cluster: ShownCluster }) {
  const { name, region, contexts, goneAt, asked } = cluster
  const { rows } = useModel()
  const offer = useOffer()
  if (name === null || region === null) return null
  const [context] = contexts
  const by = asked?.by ?? null
  const profile = by === null ? context && rows.get(context.id)?.profile : by.profile
  const describe = [option('--name', name), option('--region', region)]
  if (profile != null) describe.push(option('--profile', profile))
  const commands = [offer('aws', 'eks', 'describe-cluster', ...describe)]
  if (context !== undefined && goneAt === null) commands.push(offer('ekscope', 'access', context.name))
  return (
    <Section title={page.terminal}>
      <div className={styles.commands}>
        {commands.map((command) => (
          <CodeLine key={command.text} offer={command} />
        ))}
      </div>
    </Section>
  )
}

/** What can be done with it at any time. */
function Foot({ cluster }: { readonly cluster: ShownCluster }) {
  const { clusters, sweeps, showPage } = useModel()
  const now = useApp((state) => state.now)
  const asking = useIsRunning('ask')
  const { id, asked, contexts, described, goneAt } = cluster
  /** Where cells are ticked, with this cluster alone. */
  function add(): void {
    sweeps.setFilter({ words: described?.name ?? '' })
    showPage('discover')
  }
  return (
    <footer className={frame.foot}>
      {/* Else the answer above offers it. */}
      {firstMark(cluster, now) !== 'not-asked' && (
        <Button
          small
          icon={RefreshCw}
          title={text.ask.meaning}
          disabled={asking}
          onClick={() => void askAws(clusters, [id])}
        >
          {asked === null ? text.detail.ask : text.detail.askAgain}
        </Button>
      )}
      {described !== null && described.foundBy.length > 0 && goneAt === null && (
        <Button small icon={Plus} title={text.detail.addMeaning} onClick={add}>
          {text.detail.add}
        </Button>
      )}
      {contexts.length > 0 && (
        <Button small icon={Eye} onClick={() => showContextsOf(clusters, cluster)}>
          {page.showContexts}
        </Button>
      )}
    </footer>
  )
}
