import {
  CircleDashed,
  CircleX,
  Globe,
  LoaderCircle,
  Lock,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react'
import { memo } from 'react'
import { shortRegion } from '../../shared/identity/regions'
import { visible } from '../../shared/visible'
import {
  type AccountLine,
  type ClusterLine,
  marksOf,
  type ShortAnswer,
  shortAnswer,
  supportText,
  whoEnters,
} from '../rows/cluster-rows'
import { showContextsOf } from '../store/cluster-store'
import { runOf } from '../store/run'
import { clustersText as text } from '../text/cluster-texts'
import { spacedAccount } from '../text/counts'
import { text as page } from '../text/page'
import { ContextsLink } from '../ui/ContextsLink'
import list from '../ui/ListView.module.css'
import { Mark } from '../ui/Mark'
import { useApp, useClusters, useModel } from '../ui/model'
import { Cut, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import type { TreeColumn } from '../ui/TreeGrid'
import styles from './Clusters.module.css'

/** The head of the clusters of one account. */
export function AccountHead({ line: { account, name, count } }: { readonly line: AccountLine }) {
  return (
    <>
      <b className={name === null && account !== null ? list.number : undefined}>
        <Shown text={name ?? (account === null ? text.noAccount : spacedAccount(account))} />
      </b>
      {name !== null && account !== null && <code className={list.dim}>{spacedAccount(account)}</code>}
      <span className="space" />
      <span className={list.dim}>{text.count(count)}</span>
    </>
  )
}

interface CellProps {
  readonly line: ClusterLine
}

const Name = memo(function Name({ line: { cluster } }: CellProps) {
  const { name, region, arn } = cluster
  return (
    <>
      <b className="strong" title={visible(arn ?? name ?? '')}>
        <Cut text={name ?? arn ?? ''} />
      </b>
      <span className={styles.region} title={region ?? undefined}>
        <Shown text={region === null ? '' : shortRegion(region)} />
      </span>
    </>
  )
})

const Version = memo(function Version({ line: { cluster } }: CellProps) {
  const now = useApp((app) => app.now)
  const marks = marksOf(cluster, now)
  const support = (['ended', 'extended'] as const).find((mark) => marks.has(mark))
  if (cluster.described?.version == null) return null
  return (
    <span className={styles.version} data-support={support} title={supportText(cluster, now) ?? undefined}>
      {cluster.described.version}
    </span>
  )
})

const icons: Readonly<Record<ShortAnswer['icon'], LucideIcon>> = {
  gone: CircleX,
  warn: TriangleAlert,
  private: Lock,
  public: Globe,
  open: CircleDashed,
}

const Answer = memo(function Answer({ line: { id, cluster } }: CellProps) {
  const now = useApp((app) => app.now)
  const running = useApp((state) => runOf('ask', state)?.waiting.has(id) === true)
  if (running)
    return (
      <Mark icon={LoaderCircle} size={13} tone="running">
        {text.asking}
      </Mark>
    )
  const { tone, icon, text: words } = shortAnswer(cluster, now)
  // How many clusters are unknown is said once, above the list.
  if (icon === 'open')
    return (
      <span className={list.dim} title={words}>
        <span aria-hidden>{page.nothing}</span>
        <span className="visually-hidden">{words}</span>
      </span>
    )
  // Why it does not answer, or is not described.
  const why = cluster.asked?.fault?.message ?? cluster.asked?.reached?.why ?? null
  return (
    <Mark icon={icons[icon]} size={13} tone={tone} title={why === null ? undefined : visible(why)}>
      {words}
    </Mark>
  )
})

function Decides({ line: { cluster } }: CellProps) {
  const mode = cluster.described?.authenticationMode ?? null
  return <span className="cut">{mode === null ? '' : (text.decides[mode] ?? mode)}</span>
}

/** At most this many identities are drawn per cluster. */
const mostTiles = 5

/** Identities that the cluster let in, and those that an entry claims: drawn differently, because only the first were seen. */
const Enters = memo(function Enters({ line: { cluster } }: CellProps) {
  const model = useModel()
  // Who was let in follows the checks at the pace of the summary.
  useApp((app) => app.fleet)
  const access = useClusters((state) => state.access.get(cluster.id))
  const who = whoEnters(cluster, (id) => model.fileRows.get(id), model.owners(), access)
  return (
    <>
      {who.slice(0, mostTiles).map(({ who: one, seen }) => {
        const says = (seen ? text.entersSeen : text.entersClaimed)(visible(one.label))
        const key = one.key ?? one.label
        return (
          <span key={key} className={styles.enters} data-claimed={!seen || undefined} title={says}>
            <Tile who={one} />
            <span className="visually-hidden">{says}</span>
          </span>
        )
      })}
      {who.length > mostTiles && <span className={list.dim}>{text.more(who.length - mostTiles)}</span>}
    </>
  )
})

const Contexts = memo(function Contexts({ line: { cluster } }: CellProps) {
  const { clusters } = useModel()
  const { contexts, name } = cluster
  return (
    <ContextsLink contexts={contexts} name={name ?? ''} onShow={() => showContextsOf(clusters, cluster)} />
  )
})

/** One cluster in a line: its name, its state, which of the user's identities enter, and what refers to it. */
export const clusterColumns: readonly TreeColumn<ClusterLine>[] = [
  { id: 'cluster', title: text.columns.cluster, Cell: Name },
  { id: 'version', title: text.columns.version, Cell: Version },
  { id: 'answer', title: text.columns.answer, Cell: Answer },
  { id: 'decides', title: text.columns.decides, Cell: Decides },
  { id: 'enters', title: text.columns.enters, Cell: Enters },
  { id: 'contexts', title: text.columns.contexts, Cell: Contexts },
]
