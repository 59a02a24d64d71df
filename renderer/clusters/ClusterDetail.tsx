import { Eye, Plus, RefreshCw } from 'lucide-react'
import { Fragment, type ReactNode, useState } from 'react'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import { option } from '../../shared/shell/offer'
import { visible } from '../../shared/visible'
import type { ShownList } from '../actions/action'
import { Facts, Frame } from '../inspector/Frame'
import frame from '../inspector/Inspector.module.css'
import { Section } from '../inspector/Section'
import { ago } from '../rows/age'
import { firstMark, supportText } from '../rows/clusters'
import { type ClusterTab, clustersText as text } from '../text/clusters'
import { spaced } from '../text/counts'
import { Button } from '../ui/Button'
import { CodeLine } from '../ui/CodeLine'
import { useApp, useClusters, useModel } from '../ui/model'
import { useOffer } from '../ui/offer'
import { Exact, Shown } from '../ui/Shown'
import { Access } from './Access'
import styles from './Detail.module.css'
import { Standing } from './Standing'

/** Everything about the cluster that has the keyboard; what is wrong with it comes first. */
export function ClusterDetail({ shown }: { readonly shown: ShownList }) {
  const model = useModel()
  const all = useClusters((state) => state.all)
  const cursor = useClusters((state) => state.cursor)
  // It stays open on the same tab from row to row.
  const [tab, setTab] = useState<ClusterTab>('enter')
  const cluster = all?.find(({ id }) => id === cursor)
  return (
    <Frame
      label={text.detail.label}
      closeLabel={text.detail.close}
      onClose={() => {
        model.clusters.inspect(false)
        shown.focusGrid()
      }}
      title={cluster && <Title cluster={cluster} />}
      copy={
        cluster?.arn
          ? {
              label: text.detail.copyArn,
              onCopy: () => void model.copy(cluster.arn ?? '', text.detail.copiedArn),
            }
          : null
      }
      nothing={text.detail.nothing}
      foot={cluster && <Foot cluster={cluster} />}
    >
      {cluster === undefined ? null : (
        <>
          <Standing cluster={cluster} />
          <ClusterFacts cluster={cluster} />
          <Access key={cluster.id} cluster={cluster} shown={shown} tab={tab} onTab={setTab} />
          <Terminal cluster={cluster} />
        </>
      )}
    </Frame>
  )
}

function Title({ cluster: { name, arn, account, accountName, region } }: { readonly cluster: ShownCluster }) {
  const place = [accountName, account === null ? null : spaced(account), region].flatMap((part) => part || [])
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
  const { publicEndpoint = null, privateEndpoint = null } = described ?? {}
  if (publicEndpoint === true)
    return privateEndpoint === true ? text.detail.publicAndPrivate : text.detail.onlyPublic
  return privateEndpoint === true ? text.detail.onlyPrivate : text.detail.notSaid
}

function ClusterFacts({ cluster }: { readonly cluster: ShownCluster }) {
  const now = useApp((state) => state.now)
  const { described, asked, goneAt } = cluster
  // What AWS said while it was there would read as if it were.
  if (described === null || goneAt !== null) return null
  const { version, status, authenticationMode: mode, serviceRole, endpoint } = described
  const reached = asked?.reached ?? null
  const age = ago(asked?.at ?? now, Math.max(now, asked?.at ?? now))
  const support = supportText(cluster, now)
  return (
    <Section title={text.detail.facts}>
      <div className={styles.facts}>
        <Facts
          of={[
            [
              text.detail.version,
              <Both
                key="version"
                what={[version ?? text.detail.notSaid, text.statuses[status] ?? status.toLowerCase()].join(
                  ' · ',
                )}
                more={version === null ? null : support}
              />,
            ],
            [
              text.detail.endpoint,
              <Both
                key="endpoint"
                what={reachableFrom(cluster)}
                more={
                  reached === null
                    ? text.detail.notReached
                    : reached.answers
                      ? text.detail.inMs(reached.ms, age)
                      : text.detail.noAnswer(visible(reached.why ?? ''), age)
                }
              />,
            ],
            [text.detail.decidedBy, mode === null ? text.detail.notSaid : (text.decides[mode] ?? mode)],
            serviceRole !== null && [
              text.detail.runsAs,
              <Both
                key="role"
                what={<Exact text={serviceRole.split('/').at(-1) ?? serviceRole} />}
                more={text.detail.notForPeople}
              />,
            ],
            endpoint !== null && [text.detail.address, <Exact key="at" text={endpoint} />, 'whole'],
          ]}
        />
      </div>
    </Section>
  )
}

function Both({ what, more }: { readonly what: ReactNode; readonly more: string | null }) {
  return (
    <>
      {what}
      {more !== null && <span className={styles.more}>{more}</span>}
    </>
  )
}

/** What asks the same outside of Ekscope, as the profile as which AWS was asked, else as that of whoever goes there. */
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
  return (
    <Section title={text.detail.terminal}>
      <div className={styles.commands}>
        <CodeLine
          offer={offer('aws', 'eks', 'describe-cluster', ...describe)}
          what={text.detail.copiedCommand}
        />
        {context !== undefined && goneAt === null && (
          <CodeLine offer={offer('ekscope', 'access', context.name)} what={text.detail.copiedCommand} />
        )}
      </div>
    </Section>
  )
}

/** What can be done with it at any time. */
function Foot({ cluster }: { readonly cluster: ShownCluster }) {
  const { clusters, sweeps, showPage } = useModel()
  const now = useApp((state) => state.now)
  const asking = useClusters((state) => state.asking !== null)
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
          onClick={() => void clusters.ask([id])}
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
        <Button small icon={Eye} onClick={() => clusters.showContexts(cluster)}>
          {text.detail.showContexts}
        </Button>
      )}
    </footer>
  )
}
