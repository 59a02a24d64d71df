import { Boxes, Radar } from 'lucide-react'
import { useMemo } from 'react'
import { ago } from '../../shared/age'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import { actionText } from '../../shared/ipc/actions-and-views'
import {
  type AccountLine,
  answerOfClusters,
  type ClusterLine,
  clusterLines,
  wasLetIn,
} from '../rows/cluster-rows'
import { matchingClusters } from '../store/cluster-store'
import { type ClusterMark, clustersText as text } from '../text/cluster-texts'
import { AwsAuthLine } from '../ui/AwsAuthLine'
import { Button } from '../ui/Button'
import { Listed, ListPage } from '../ui/ListPage'
import { useApp, useClusters, useModel } from '../ui/model'
import { TreeGrid } from '../ui/TreeGrid'
import { AccountHead, clusterColumns } from './ClusterRows'
import styles from './Clusters.module.css'
import { MarkIcon } from './MarkIcon'

/** Every cluster that is known from files or by looking. */
export function ClustersPage() {
  const model = useModel()
  const all = useClusters((state) => state.all)
  const fault = useClusters((state) => state.fault)
  return (
    <ListPage
      texts={text}
      read={all}
      fault={fault}
      load={model.clusters.load}
      empty={(all) =>
        all.length > 0
          ? null
          : {
              icon: Boxes,
              title: text.empty,
              lead: text.emptyLead,
              acts: (
                <Button kind="primary" icon={Radar} onClick={() => model.showPage('discover')}>
                  {actionText('discover').title}
                </Button>
              ),
            }
      }
    >
      {(all) => <Known all={all} />}
    </ListPage>
  )
}

function Known({ all }: { readonly all: readonly ShownCluster[] }) {
  const model = useModel()
  const { clusters } = model
  const filter = useClusters((state) => state.filter)
  const closed = useClusters((state) => state.closed)
  const now = useApp((state) => state.now)
  // Who was let in follows the checks at the pace of the summary.
  useApp((state) => state.fleet)
  const lines = useMemo(() => clusterLines(all, filter, closed, now), [all, filter, closed, now])
  const answer = answerOfClusters(all, (id) => wasLetIn(model.fileRows.get(id)), now)
  const { accounts, regions, askedAt, marks, sentence } = answer
  return (
    <Listed<ClusterMark>
      texts={text}
      answer={{
        sentence,
        aside: [text.where(accounts, regions), askedAt === null ? '' : text.asked(ago(askedAt, now))],
        counts: {
          of: filter.mark === null || marks.has(filter.mark) ? [...marks] : [...marks, [filter.mark, 0]],
          icon: (mark) => <MarkIcon mark={mark} size={13} />,
          texts: text,
          labels: text.marks,
          chosen: filter.mark,
          onChoose: (mark) => clusters.setFilter({ mark }),
        },
        more: <AwsAuthLine clusters={matchingClusters(clusters)} />,
      }}
      onClear={() => clusters.setFilter({ words: '', mark: null })}
    >
      {lines.length === 0 ? null : (
        <TreeGrid<AccountLine, ClusterLine>
          label={text.list}
          model={clusters}
          lines={lines}
          columns={clusterColumns}
          layout={styles.columns}
          head={(line) => <AccountHead line={line} />}
        />
      )}
    </Listed>
  )
}
