import { ListChecks, Plus, Radar, Search, Users } from 'lucide-react'
import { useMemo } from 'react'
import { ago } from '../../shared/age'
import { actionText } from '../../shared/ipc/actions-and-views'
import { cellId, unseenOf } from '../rows/sweep-matrix'
import { search, tickAll } from '../store/sweep-store'
import { sweepsText as text } from '../text/sweep-texts'
import { AwsAuthLine } from '../ui/AwsAuthLine'
import { Button } from '../ui/Button'
import { Listed, ListPage } from '../ui/ListPage'
import { useApp, useIsRunning, useModel, useSweeps } from '../ui/model'
import styles from './Discover.module.css'
import { Matrix } from './Matrix'
import { Legend } from './Sign'
import { type Found, useFound, usePendingNames } from './use-found'

/** Clusters as many identities find them, and who may enter which. */
export function DiscoverPage() {
  const model = useModel()
  const { sweeps } = model
  const fault = useSweeps((state) => state.fault)
  const known = useSweeps((state) => state.known)
  const isSearching = useIsRunning('search')
  const nobody = known !== null && known.candidates.length + known.sessions.length === 0
  return (
    <ListPage
      texts={text}
      read={useFound()}
      fault={fault}
      load={sweeps.load}
      empty={({ matrix, swept }) =>
        // Clusters may be known from elsewhere; without those who look there is nothing to put beside them.
        isSearching || swept.places.length + matrix.groups.length + swept.problems.length > 0
          ? null
          : {
              icon: Radar,
              title: nobody ? text.answers.nobody : text.answers.empty,
              lead: nobody ? text.answers.nobodyLead : text.answers.emptyLead,
              acts: nobody ? (
                <Button
                  kind="primary"
                  icon={Plus}
                  onClick={() => model.edits.open({ kind: 'add-profile', profile: null })}
                >
                  {actionText('add-profile').title}
                </Button>
              ) : (
                <>
                  <Button kind="primary" icon={Search} onClick={() => void search(sweeps)}>
                    {text.look}
                  </Button>
                  <Button icon={Users} onClick={() => model.edits.open({ kind: 'looking', at: 'who' })}>
                    {text.dialog.open}
                  </Button>
                </>
              ),
            }
      }
    >
      {(found) => <Answer found={found} />}
    </ListPage>
  )
}

function Answer({ found }: { readonly found: Found }) {
  const { sweeps } = useModel()
  const isSearching = useIsRunning('search')
  const now = useApp((state) => state.now)
  const { matrix, swept } = found
  const all = matrix.accounts.flatMap(({ columns }) => columns)
  // Clusters that were only asked about on the Clusters page are listed with their contexts, but the search did not find them.
  const count = all.filter(({ cluster }) => cluster.foundBy.length > 0).length
  const besides = all.length - count
  const shownClusters = found.shown.accounts.flatMap(({ columns }) =>
    columns.map(({ cluster }) => cluster.arn),
  )
  const last = swept.places.reduce((latest, { at }) => Math.max(latest, at), 0)
  const stopped = swept.places.some(({ state }) => state.kind === 'stopped')
  const age = ago(last, now)
  const notSeen = unseenOf(swept).length
  const sentence = isSearching
    ? text.answers.looking(count)
    : count === 0
      ? text.answers.none
      : text.answers.found(count, matrix.open)
  return (
    <Listed
      texts={text}
      answer={{
        sentence,
        aside: [
          besides > 0 ? text.answers.besides(besides) : '',
          !isSearching && last > 0 ? (stopped ? text.ageStopped(age) : text.age(age)) : '',
          text.quiet,
        ],
        more: (
          <>
            <Legend found={found} />
            <div className={styles.acts}>
              <TickAll found={found} />
              {notSeen > 0 && (
                <Button small title={text.unseen.meaning} onClick={() => sweeps.inspect(true)}>
                  {text.unseen.open(notSeen)}
                </Button>
              )}
              {!isSearching && <AwsAuthLine clusters={shownClusters} />}
            </div>
          </>
        ),
      }}
      onClear={() => sweeps.setFilter({ words: '' })}
    >
      {all.length > 0 && found.shown.groups.length + found.shown.accounts.length === 0 ? null : (
        <Matrix found={found} />
      )}
    </Listed>
  )
}

/** Every way in of what is shown that has no context yet, by what clusters say of who may enter. */
function TickAll({ found: { shown } }: { readonly found: Found }) {
  const { sweeps } = useModel()
  const ticked = useSweeps((state) => state.ticked)
  const pending = usePendingNames()
  const cells = useMemo(
    () =>
      shown.groups.flatMap(({ lines }) =>
        lines.flatMap(({ id }) =>
          shown.accounts.flatMap(({ columns }) =>
            columns.flatMap(({ cluster, notReady }) => {
              const cell = cellId(id, cluster.arn)
              return notReady === null && shown.ways.get(cell)?.kind === 'may' ? [cell] : []
            }),
          ),
        ),
      ),
    [shown],
  )
  const left = cells.filter((cell) => !ticked.has(cell) && !pending.has(cell))
  if (left.length === 0) return null
  return (
    <Button small icon={ListChecks} onClick={() => tickAll(sweeps, left)}>
      {text.add.tickAll(left.length)}
    </Button>
  )
}
