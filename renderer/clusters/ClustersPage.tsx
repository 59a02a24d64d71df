import { Boxes, Radar } from 'lucide-react'
import { useMemo } from 'react'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import { actionText } from '../../shared/ipc/actions'
import type { ShownList } from '../actions/action'
import { ago } from '../rows/age'
import { answerOfClusters, clusterLines, wasLetIn } from '../rows/clusters'
import { type ClusterMark, clustersText as text } from '../text/clusters'
import { AwsAuthLine } from '../ui/AwsAuthLine'
import { Button } from '../ui/Button'
import { ListAnswer } from '../ui/ListAnswer'
import list from '../ui/ListView.module.css'
import { Loading } from '../ui/Loading'
import { useApp, useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { useClusters } from '../ui/use-clusters'
import { usePageFocus } from '../ui/use-page-focus'
import { List } from './List'
import { MarkIcon } from './MarkIcon'

/** Every cluster that is known from files or by looking. */
export function ClustersPage({ shown }: { readonly shown: ShownList }) {
  const model = useModel()
  const { clusters } = model
  const all = useClusters((state) => state.all)
  const fault = useClusters((state) => state.fault)
  const page = usePageFocus()
  return (
    <div className={list.page} ref={page} tabIndex={-1}>
      {fault !== null ? (
        <div className={list.empty} role="alert">
          <h1>{text.title}</h1>
          <p>
            <Shown text={`${fault.message} ${fault.next}`} />
          </p>
          <Button onClick={() => void clusters.load()}>{text.again}</Button>
        </div>
      ) : all === null ? (
        <Loading label={text.loading} />
      ) : all.length === 0 ? (
        <div className={list.empty}>
          <Boxes size={28} aria-hidden />
          <h1>{text.empty}</h1>
          <p>
            <Phrase text={text.emptyLead} />
          </p>
          <Button kind="primary" icon={Radar} onClick={() => model.showPage('discover')}>
            {actionText('discover').title}
          </Button>
        </div>
      ) : (
        <Known all={all} shown={shown} />
      )}
    </div>
  )
}

function Known({ all, shown }: { readonly all: readonly ShownCluster[]; readonly shown: ShownList }) {
  const model = useModel()
  const { clusters } = model
  const filter = useClusters((state) => state.filter)
  const closed = useClusters((state) => state.closed)
  const now = useApp((state) => state.now)
  // Who was let in follows the checks at the pace of the summary.
  useApp((state) => state.fleet)
  const lines = useMemo(() => clusterLines(all, filter, closed, now), [all, filter, closed, now])
  const answer = answerOfClusters(all, (id) => wasLetIn(model.rows.get(id)), now)
  const { accounts, regions, askedAt, marks, sentence } = answer
  const chips: readonly (readonly [ClusterMark, number])[] =
    filter.mark === null || marks.has(filter.mark) ? [...marks] : [...marks, [filter.mark, 0]]
  return (
    <>
      <ListAnswer
        label={text.title}
        sentence={sentence}
        aside={[
          text.where(accounts, regions),
          askedAt === null ? '' : text.asked(ago(askedAt, Math.max(now, askedAt))),
        ]}
        countsLabel={text.counts}
        counts={chips.map(([mark, count]) => ({
          id: mark,
          icon: <MarkIcon mark={mark} size={13} />,
          count,
          label: text.marks[mark],
          title: text.onlyThese(text.marks[mark]),
          pressed: filter.mark === mark,
          onClick: () => clusters.setFilter({ mark: filter.mark === mark ? null : mark }),
        }))}
      >
        <AwsAuthLine clusters={clusters.fitting().map(({ id }) => id)} />
      </ListAnswer>
      {lines.length === 0 ? (
        <div className={list.empty}>
          <h2>{text.nothingFits}</h2>
          <Button onClick={() => clusters.setFilter({ words: '', mark: null })}>{text.clearFilter}</Button>
        </div>
      ) : (
        <List lines={lines} shown={shown} />
      )}
    </>
  )
}
