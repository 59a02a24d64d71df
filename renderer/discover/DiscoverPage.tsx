import { Plus, Radar, Search, Users } from 'lucide-react'
import { actionText } from '../../shared/ipc/actions'
import type { ShownList } from '../actions/action'
import { ago } from '../rows/age'
import { sweepsText as text } from '../text/sweeps'
import { AwsAuthLine } from '../ui/AwsAuthLine'
import { Button } from '../ui/Button'
import { Loading } from '../ui/Loading'
import { useApp, useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { usePageFocus } from '../ui/use-page-focus'
import { useSweeps } from '../ui/use-sweeps'
import styles from './Discover.module.css'
import { Matrix } from './Matrix'
import { Legend } from './Sign'
import { type Found, useFound } from './use-found'

/** Clusters as many identities find them, and who may enter which. */
export function DiscoverPage({ shown }: { readonly shown: ShownList }) {
  const { sweeps } = useModel()
  const fault = useSweeps((state) => state.fault)
  const found = useFound()
  const page = usePageFocus()
  return (
    <div className={styles.page} ref={page} tabIndex={-1}>
      {fault !== null ? (
        <div className={styles.empty} role="alert">
          <h1>{text.title}</h1>
          <p>
            <Shown text={`${fault.message} ${fault.next}`} />
          </p>
          <Button onClick={() => void sweeps.load()}>{text.again}</Button>
        </div>
      ) : found === null ? (
        <Loading label={text.loading} />
      ) : (
        <Answer found={found} shown={shown} />
      )}
    </div>
  )
}

function Answer({ found, shown }: { readonly found: Found; readonly shown: ShownList }) {
  const model = useModel()
  const { sweeps } = model
  const known = useSweeps((state) => state.known)
  const run = useSweeps((state) => state.run)
  const now = useApp((state) => state.now)
  const { matrix, swept } = found
  const all = matrix.accounts.flatMap(({ columns }) => columns)
  // What was asked about on Clusters alone stands here with its contexts, and is none that the search found.
  const count = all.filter(({ cluster }) => cluster.foundBy.length > 0).length
  const besides = all.length - count
  const shownClusters = found.shown.accounts.flatMap(({ columns }) =>
    columns.map(({ cluster }) => cluster.arn),
  )
  const last = swept.places.reduce((latest, { at }) => Math.max(latest, at), 0)
  const stopped = swept.places.some(({ state }) => state.kind === 'stopped')
  const age = ago(last, Math.max(now, last))
  // Clusters may be known from elsewhere; without those who look there is nothing to put beside them.
  if (run === null && last === 0 && matrix.groups.length === 0 && swept.problems.length === 0) {
    const nobody = known !== null && known.candidates.length === 0 && known.sessions.length === 0
    return (
      <div className={styles.empty}>
        <Radar size={30} aria-hidden />
        <h1>{nobody ? text.answers.nobody : text.answers.empty}</h1>
        <p>
          <Phrase text={nobody ? text.answers.nobodyLead : text.answers.emptyLead} />
        </p>
        {nobody ? (
          <div className={styles.acts}>
            <Button
              kind="primary"
              icon={Plus}
              onClick={() => model.edits.open({ kind: 'add-profile', profile: null })}
            >
              {actionText('add-profile').title}
            </Button>
          </div>
        ) : (
          <div className={styles.acts}>
            <Button kind="primary" icon={Search} onClick={() => void sweeps.look()}>
              {text.look}
            </Button>
            <Button icon={Users} onClick={() => model.edits.open({ kind: 'looking', at: 'who' })}>
              {text.dialog.open}
            </Button>
          </div>
        )}
      </div>
    )
  }
  const sentence =
    run !== null
      ? text.answers.looking(count)
      : count === 0
        ? text.answers.none
        : text.answers.found(count, matrix.open)
  return (
    <>
      <section className={styles.summary} aria-label={text.title}>
        <div className={styles.headline}>
          <h1 aria-live="polite">{sentence}</h1>
          <p className={styles.aside}>
            {[
              besides > 0 ? text.answers.besides(besides) : '',
              run === null && last > 0 ? (stopped ? text.ageStopped(age) : text.age(age)) : '',
              text.quiet,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        <Legend />
        {run === null && <AwsAuthLine clusters={shownClusters} />}
      </section>
      {all.length > 0 && found.shown.groups.length + found.shown.accounts.length === 0 ? (
        <div className={styles.empty}>
          <h2>{text.nothingFits}</h2>
          <Button onClick={() => sweeps.setWords('')}>{text.clearFilter}</Button>
        </div>
      ) : (
        <Matrix found={found} shown={shown} />
      )}
    </>
  )
}
