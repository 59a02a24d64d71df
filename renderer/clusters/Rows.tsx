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
import { counted } from '../../shared/counted'
import type { ShownCluster } from '../../shared/identity/known-clusters'
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
} from '../rows/clusters'
import { healthOf } from '../rows/columns'
import { clustersText as text } from '../text/clusters'
import { spaced } from '../text/counts'
import { text as page } from '../text/page'
import { Health } from '../ui/Health'
import list from '../ui/ListView.module.css'
import { useApp, useModel } from '../ui/model'
import { Cut, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { Toggle } from '../ui/Toggle'
import type { LinePlace } from '../ui/TreeGrid'
import { useClusters } from '../ui/use-clusters'
import styles from './Clusters.module.css'

interface AccountRowProps extends LinePlace {
  readonly line: AccountLine
}

/** The head of the clusters of one account. */
export function AccountRow({ line, ariaIndex, gap, cursor }: AccountRowProps) {
  const { clusters } = useModel()
  const { id, account, name, count, open } = line
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
    <div
      role="row"
      aria-rowindex={ariaIndex}
      style={gap === 0 ? undefined : { marginTop: gap }}
      aria-level={1}
      aria-expanded={open}
      aria-selected={cursor}
      tabIndex={cursor ? 0 : -1}
      data-line={id}
      className={list.group}
      onFocus={() => clusters.setCursor(id)}
      onClick={() => clusters.toggle(id)}
    >
      <div role="gridcell" aria-colspan={6} className={list.groupCell}>
        <Toggle open={open} onToggle={() => clusters.toggle(id)} />
        <b className={name === null && account !== null ? list.number : undefined}>
          <Shown text={name ?? (account === null ? text.noAccount : spaced(account))} />
        </b>
        {name !== null && account !== null && <code className={list.dim}>{spaced(account)}</code>}
        <span className={list.space} />
        <span className={list.dim}>{text.count(count)}</span>
      </div>
    </div>
  )
}

/** So many identities are drawn of a cluster. */
const mostTiles = 5

interface ClusterRowProps extends LinePlace {
  readonly line: ClusterLine
}

/** One cluster: which, how it stands, who of one's own enters, and what leads to it. */
export const ClusterRow = memo(function ClusterRow({ line, ariaIndex, gap, cursor }: ClusterRowProps) {
  const { clusters } = useModel()
  const { id, cluster } = line
  const { name, region, arn, described } = cluster
  const now = useApp((app) => app.now)
  const inspected = useClusters(({ inspecting }) => inspecting) && cursor
  const running = useClusters(({ asking }) => asking?.waiting.has(id) === true)
  const marks = marksOf(cluster, now)
  const mode = described?.authenticationMode ?? null
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
    <div
      role="row"
      aria-rowindex={ariaIndex}
      style={gap === 0 ? undefined : { marginTop: gap }}
      aria-level={2}
      aria-selected={cursor}
      tabIndex={cursor ? 0 : -1}
      data-line={id}
      data-inspected={inspected || undefined}
      className={`${list.row} ${styles.columns}`}
      onFocus={() => clusters.setCursor(id)}
      onClick={() => clusters.inspect(true)}
    >
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="cluster">
        <b title={visible(arn ?? name ?? '')}>
          <Cut text={name ?? arn ?? ''} />
        </b>
        <span className={styles.region} title={region ?? undefined}>
          <Shown text={region === null ? '' : shortRegion(region)} />
        </span>
      </div>
      <div
        role="gridcell"
        className={`${list.cell} ${styles.cell}`}
        data-column="version"
        title={supportText(cluster, now) ?? undefined}
      >
        {described?.version != null && (
          <span
            className={styles.version}
            data-support={marks.has('ended') ? 'ended' : marks.has('extended') ? 'extended' : undefined}
          >
            {described.version}
          </span>
        )}
      </div>
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="answer">
        {running ? (
          <span className={styles.answer} data-tone="running">
            <LoaderCircle size={13} aria-hidden />
            {text.asking}
          </span>
        ) : (
          <AnswerMark answer={shortAnswer(cluster, now)} why={whyOf(cluster)} />
        )}
      </div>
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="decides">
        <span className={list.cut}>{mode === null ? '' : (text.decides[mode] ?? mode)}</span>
      </div>
      <Enters cluster={cluster} />
      <Contexts cluster={cluster} />
    </div>
  )
})

const icons: Readonly<Record<ShortAnswer['icon'], LucideIcon>> = {
  gone: CircleX,
  warn: TriangleAlert,
  private: Lock,
  public: Globe,
  open: CircleDashed,
}

/** Why it does not answer, or is not described. */
const whyOf = ({ asked }: ShownCluster): string | null => asked?.fault?.message ?? asked?.reached?.why ?? null

function AnswerMark({ answer, why }: { readonly answer: ShortAnswer; readonly why: string | null }) {
  const { tone, icon, text: words } = answer
  // Of how many nothing is known stands above the list, once.
  if (icon === 'open')
    return (
      <span className={styles.answer} data-tone={tone} title={words}>
        <span aria-hidden>{page.nothing}</span>
        <span className="visually-hidden">{words}</span>
      </span>
    )
  const Icon = icons[icon]
  return (
    <span className={styles.answer} data-tone={tone} title={why === null ? undefined : visible(why)}>
      <Icon size={13} aria-hidden strokeWidth={2.1} />
      <span className={list.cut}>{words}</span>
    </span>
  )
}

/** Whom the cluster let in, and whom an entry claims: told apart, because only one of them was seen. */
function Enters({ cluster }: { readonly cluster: ShownCluster }) {
  const model = useModel()
  // Who was let in follows the checks at the pace of the summary.
  useApp((app) => app.fleet)
  const access = useClusters((state) => state.access.get(cluster.id))
  const who = whoEnters(cluster, (id) => model.rows.get(id), model.owners(), access)
  return (
    <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="enters">
      {who.slice(0, mostTiles).map(({ who: one, seen }) => {
        const says = seen ? text.entersSeen(visible(one.label)) : text.entersClaimed(visible(one.label))
        return (
          <span
            key={one.key ?? one.label}
            className={styles.enters}
            data-claimed={!seen || undefined}
            title={says}
          >
            <Tile who={one} />
            <span className="visually-hidden">{says}</span>
          </span>
        )
      })}
      {who.length > mostTiles && <span className={list.dim}>{text.more(who.length - mostTiles)}</span>}
    </div>
  )
}

function Contexts({ cluster }: { readonly cluster: ShownCluster }) {
  const model = useModel()
  useApp((app) => app.fleet)
  const { contexts, name } = cluster
  const label = text.contextsOf(contexts.length, visible(name ?? ''))
  return (
    <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="contexts">
      {contexts.length === 0 ? (
        page.nothing
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className={`${list.link} ${styles.link}`}
          title={label}
          aria-label={label}
          onClick={(event) => {
            event.stopPropagation()
            model.clusters.showContexts(cluster)
          }}
        >
          <Health verdicts={healthOf(contexts.flatMap(({ id }) => model.rows.get(id) ?? []))} />
          <span className={styles.contexts}>{counted(contexts.length)}</span>
        </button>
      )}
    </div>
  )
}
