import { RefreshCw, Trash2 } from 'lucide-react'
import type { ComponentProps } from 'react'
import { ago } from '../../shared/age'
import { isBelieved, notBelieved } from '../../shared/identity/asked-by'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import answer from '../inspector/Answer.module.css'
import { Next } from '../inspector/Next'
import { dayOf, firstMark } from '../rows/cluster-rows'
import { askAws } from '../store/cluster-store'
import { type ClusterMark, clustersText as text } from '../text/cluster-texts'
import { few } from '../text/counts'
import { Button } from '../ui/Button'
import { useApp, useEdits, useIsRunning, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import styles from './Detail.module.css'
import { MarkIcon, toneOfMark } from './MarkIcon'

/** The state of the cluster: the most important first, why, and the one action that helps. */
export function Standing({ cluster }: { readonly cluster: ShownCluster }) {
  const now = useApp((state) => state.now)
  const first = firstMark(cluster, now)
  const { asked, described } = cluster
  const at = asked?.at ?? described?.at ?? null
  const age = at === null ? null : ago(at, now)
  return (
    <div className={answer.answer} data-tone={toneOfMark(first)}>
      <div className={answer.headline}>
        <MarkIcon mark={first} size={17} />
        <h3>{text.detail.states[first ?? 'good']}</h3>
      </div>
      <Why cluster={cluster} mark={first} age={age ?? ''}>
        {age === null || first === 'gone'
          ? null
          : asked === null
            ? text.detail.askedEarlier(age)
            : text.detail.asked(age)}
      </Why>
      {described !== null && !isBelieved(described) && <p className={answer.body}>{notBelieved}</p>}
      <Fix cluster={cluster} mark={first} />
    </div>
  )
}

interface MarkProps {
  readonly cluster: ShownCluster
  readonly mark: ClusterMark | null
}

interface WhyProps extends MarkProps {
  readonly age: string
  /** When AWS was asked. */
  readonly children: string | null
}

function Why({ cluster, mark, age, children }: WhyProps) {
  const { name, entries, contexts, asked, described, support } = cluster
  const wrong = few(entries.filter(({ state }) => state === mark).map((entry) => entry.name))
  const { version, status } = { version: '', status: '', ...described }
  const said: Readonly<Record<ClusterMark | 'good', string>> = {
    gone: text.detail.goneBody(name ?? '', age, contexts.length),
    recreated: text.detail.recreatedBody(wrong),
    stale: text.detail.staleBody(wrong),
    'not-described': asked?.fault?.message ?? '',
    unready: text.detail.unreadyBody(text.statuses[status] ?? status),
    silent: text.detail.silentBody(asked?.reached?.why ?? ''),
    ended: text.detail.endedBody(version ?? ''),
    extended: text.detail.extendedBody(version ?? '', dayOf(support?.extendedUntil ?? null)),
    'no-context': text.detail.noContextBody,
    'not-asked': text.detail.notAskedBody,
    good: entries.every(({ state }) => state === 'same') ? text.detail.goodBody : text.detail.notCompared,
  }
  return (
    <>
      <p className={answer.body}>
        <Phrase text={said[mark ?? 'good']} /> {children !== null && <span>{children}</span>}
      </p>
      {mark === 'not-described' && asked?.fault && <Next text={asked.fault.next} />}
    </>
  )
}

/** The one act that mends it: as a pending change, or as a question to AWS. */
function Fix({ cluster: { id, contexts }, mark }: MarkProps) {
  const model = useModel()
  const refreshing = useEdits(({ refreshing: count }) => count > 0)
  const asking = useIsRunning('ask')
  const ids = contexts.map((context) => context.id)
  const pending = useEdits((state) =>
    state.pending.some(
      ({ edit }) => edit.kind === 'refresh-cluster' && edit.contexts.some((context) => ids.includes(context)),
    ),
  )
  const act = (button: ComponentProps<typeof Button>) => (
    <div className={answer.acts}>
      <Button small {...button} />
    </div>
  )
  const isOther = mark === 'recreated' || mark === 'stale'
  if (isOther && pending)
    return (
      <>
        <p className={styles.keeps}>{text.detail.refreshPending}</p>
        {act({ onClick: () => model.edits.open({ kind: 'review' }), children: text.detail.review })}
      </>
    )
  if (isOther && ids.length > 0)
    return (
      <>
        {act({
          icon: RefreshCw,
          disabled: refreshing,
          onClick: () => void model.edits.refreshFromAws(ids),
          children: refreshing ? text.detail.refreshing : text.detail.refresh,
        })}
        <p className={styles.keeps}>{text.detail.refreshKeeps}</p>
      </>
    )
  if (mark === 'gone' && ids.length > 0)
    return act({
      kind: 'danger',
      icon: Trash2,
      onClick: () => model.edits.open({ kind: 'delete', rows: ids }),
      children: text.detail.remove(ids.length),
    })
  if (mark === 'not-asked')
    return act({
      icon: RefreshCw,
      disabled: asking,
      title: text.ask.meaning,
      onClick: () => void askAws(model.clusters, [id]),
      children: text.detail.ask,
    })
  return null
}
