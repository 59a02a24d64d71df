import type { ReactNode } from 'react'
import type { Check } from '../../shared/identity/identity'
import { ago } from '../rows/age'
import { likelyBy, noPrediction } from '../rows/predicted'
import type { Row } from '../rows/rows'
import type { Who } from '../rows/who'
import { text } from '../text/page'
import { shortPaths } from '../text/path'
import { Chip } from '../ui/Chip'
import { useApp } from '../ui/model'
import { Exact, Phrase, Shown } from '../ui/Shown'
import { ExpectedBy, ExpectProven } from './Expected'
import styles from './Inspector.module.css'
import { Section } from './Section'

interface LineProps {
  readonly title: string
  readonly who: Who | null
  readonly old?: boolean
  /** The exact name: ARN or key. */
  readonly exact?: string | null
  readonly sources: readonly string[]
  /** Said in place of an identity. */
  readonly none: string
  readonly children?: ReactNode
}

function Line({ title, who, old = false, exact = null, sources, none, children }: LineProps) {
  return (
    <>
      <dt>{title}</dt>
      <dd>
        <Chip who={who} old={old} none={none} />
        {exact !== null && (
          <code className={styles.exact}>
            <Exact text={exact} />
          </code>
        )}
        {sources.map((source) => (
          <p key={source}>
            <Phrase text={source} />
          </p>
        ))}
        {children}
      </dd>
    </>
  )
}

/** Why the cluster named no identity. */
function notSeen(check: Check | null): string {
  if (check === null) return text.inspector.notSeen
  if (check.verdict === 'no-access') return text.inspector.notSeenDenied
  if (check.verdict === 'unreachable' && check.proven !== null) return text.inspector.notSeenUnreachable
  return check.proven === null ? text.inspector.notSeenNoIdentity : text.inspector.notSeen
}

/** Intended, predicted, proven and seen, each with its sources; old ones with their age. */
export function Identities({ row }: { readonly row: Row }) {
  const now = useApp((state) => state.now)
  const home = useApp((state) => state.app?.home ?? '')
  const short = (sources: readonly string[]) => sources.map((source) => shortPaths(source, home))
  const intended = row.identity?.intended ?? null
  const predicted = row.identity?.predicted ?? null
  const { check } = row
  // The same sources twice would only push what AWS and the cluster say off the screen.
  const same =
    intended !== null &&
    predicted !== null &&
    predicted.by.length > 0 &&
    row.predicted?.differs === false &&
    predicted.by.join() === intended.by.join()
  const old = row.stale !== null || row.running
  const age = check === null || !old ? [] : [text.inspector.old(ago(check.at, Math.max(now, check.at)))]
  const keyOf = (id: string | null | undefined) => (id === null || id === undefined ? null : text.key(id))
  const account = (id: string | null | undefined) =>
    id === null || id === undefined ? null : text.account(id)
  return (
    <Section title={text.inspector.identity}>
      <dl className={styles.identities}>
        <Line
          title={text.inspector.intended}
          who={row.intended}
          exact={intended?.arn ?? keyOf(intended?.accessKeyId) ?? account(intended?.account)}
          sources={intended !== null && intended.by.length > 0 ? [short(intended.by).join(' → ')] : []}
          none={text.inspector.noneNamed}
        >
          <ExpectedBy row={row} />
        </Line>
        <Line
          title={text.inspector.predicted}
          who={row.predicted}
          exact={
            same ? null : (predicted?.arn ?? keyOf(predicted?.accessKeyId) ?? account(predicted?.account))
          }
          sources={[
            ...(same ? [text.inspector.sameWay] : []),
            ...(!same && predicted !== null && predicted.by.length > 0
              ? [short(predicted.by).join(' → ')]
              : []),
            ...(predicted === null ? [] : likelyBy(predicted)),
            ...(predicted?.problem ? short([predicted.problem.message]) : []),
          ]}
          none={noPrediction(predicted)}
        />
        <Line
          title={text.inspector.proven}
          who={row.proven}
          old={old}
          exact={check?.proven?.arn ?? null}
          sources={[...age, ...(check?.proven ? [text.inspector.bySts(check.proven.account)] : [])]}
          none={check === null ? text.inspector.notProven : text.inspector.notProvenProblem}
        >
          <ExpectProven row={row} />
        </Line>
        <Line
          title={text.inspector.seen}
          who={row.seen}
          old={old}
          exact={check?.seen?.username ?? null}
          sources={[
            ...age,
            ...(check?.seen
              ? [check.seen.fromDenial ? text.inspector.fromDenial : text.inspector.groups(check.seen.groups)]
              : []),
          ]}
          none={notSeen(check)}
        />
        {check?.actsAs && (
          <>
            <dt>{text.inspector.actsAs}</dt>
            <dd>
              <code className={styles.exact}>
                <Shown text={check.actsAs.username} />
              </code>
              <p>{text.inspector.impersonates}</p>
              <p>
                <Shown text={text.inspector.groups(check.actsAs.groups)} />
              </p>
            </dd>
          </>
        )}
      </dl>
    </Section>
  )
}
