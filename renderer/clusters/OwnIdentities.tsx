import { CircleCheck, CircleSlash, CircleX, Crown, KeyRound, LoaderCircle } from 'lucide-react'
import { ago } from '../../shared/age'
import type { Entrance } from '../../shared/identity/access-entries'
import type { WhoMayEnter } from '../../shared/identity/who-may-enter'
import {
  type AnswerThere,
  contradicted,
  type OwnIdentityLine,
  type OwnIdentityLines,
  oneWayEach,
} from '../rows/cluster-access'
import { aboutOne, enterAs } from '../store/cluster-store'
import { runOf } from '../store/run'
import { clustersText as text } from '../text/cluster-texts'
import { spacedAccount } from '../text/counts'
import { shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel, useRun } from '../ui/model'
import { Shown } from '../ui/Shown'
import { StopRun } from '../ui/StopRun'
import { Tile } from '../ui/Tile'
import styles from './Access.module.css'
import { MayDo } from './MayDo'
import { type AccessOf, Chips } from './OneEach'

/** Which of the user's identities get in, and under which name: by the cluster's lists, and next to it by its answer.
 * One is never shown as the other. */
export function OwnIdentities({ cluster, access, mine }: AccessOf & { readonly mine: OwnIdentityLines }) {
  const { entering, outside, notNamed, open } = mine
  if (access.mine.length === 0 && entering.length === 0)
    return <p className="body above-10 lines-18">{text.mine.nobody}</p>
  return (
    <>
      {entering.length > 0 ? (
        <Lines label={text.mine.list} lines={entering} />
      ) : (
        // Which identities the unread lists name is not known.
        outside.length === 0 &&
        open.length === 0 && <p className="body above-10 lines-18">{text.mine.none}</p>
      )}
      {outside.length > 0 && (
        <section className={styles.others} aria-label={text.mine.outside}>
          <h4 className="faint">
            {text.mine.outside} <span>{outside.length}</span>
          </h4>
          <Lines label={text.mine.outside} lines={outside} />
        </section>
      )}
      <Chips title={text.mine.not} all={notNamed} counted />
      <Chips title={text.mine.open} all={open} counted />
      <Ask cluster={cluster} access={access} />
      <MayDo cluster={cluster} access={access} askable={readyOf(access)} />
    </>
  )
}

/** Identities, each with what the lists and the cluster say of it. */
export const Lines = ({
  label,
  lines,
}: {
  readonly label: string
  readonly lines: readonly OwnIdentityLine[]
}) => (
  <ul className={styles.people} aria-label={label}>
    {lines.map((line) => (
      <One key={line.key} line={line} />
    ))}
  </ul>
)

function One({ line: { who, ways, entrance, names, notBy, seen } }: { readonly line: OwnIdentityLine }) {
  const waiting = useApp((state) => ways.some(({ id }) => runOf('enter', state)?.waiting.has(id) === true))
  const accountName = ways.find((way) => way.accountName !== null)?.accountName ?? null
  const account = who.account ?? ways[0]?.account ?? null
  return (
    <li className={styles.person}>
      <Tile who={who} />
      <div className="fill">
        <p className={styles.name}>
          <Shown as="b" text={who.label} />
          <span className="quiet">
            <Shown text={accountName ?? (account === null ? '' : spacedAccount(account))} />
          </span>
          {ways.some(({ kind }) => kind === 'environment-keys') && (
            <span className={styles.tag} data-tone="you">
              {text.access.yourEnvironment}
            </span>
          )}
        </p>
        {entrance !== null && (
          <p className={styles.claim} title={text.mine.claimed}>
            <KeyRound size={12} aria-hidden />
            <Claim entrance={entrance} names={names} refused={seen?.refused === true} />
          </p>
        )}
        {notBy.map(({ by, why }) => (
          <Shown as="p" key={by} className="unsure" text={text.mine.notBy(by, why)} />
        ))}
        {waiting ? (
          <p className={styles.claim} data-tone="running">
            <LoaderCircle size={12} aria-hidden />
            {text.mine.waiting}
          </p>
        ) : (
          seen !== null && <Saw seen={seen} />
        )}
        {seen?.problem && contradicted(entrance, seen) && (
          <Shown as="p" className="unsure" text={`${seen.problem.message} ${seen.problem.next}`} />
        )}
      </div>
    </li>
  )
}

interface ClaimProps {
  readonly entrance: Entrance
  readonly names: readonly string[]
  /** The cluster itself did not let it in, even if its lists name it. */
  readonly refused: boolean
}

function Claim({ entrance, names, refused }: ClaimProps) {
  if (entrance.kind === 'not-named') return <span>{text.mine.notNamed}</span>
  if (entrance.kind !== 'enters')
    return (
      <span title={entrance.kind === 'not-known' ? entrance.why : undefined}>
        {entrance.kind === 'refused' ? text.mine.refused : text.mine.notKnown}: <Shown text={entrance.why} />
      </span>
    )
  const username = names.length > 1 ? text.mine.eitherName(names) : (entrance.username?.text ?? null)
  return (
    <span>
      <Shown text={text.mine.enters(username, refused)} />
      <span className="quiet"> · {text.access.from[entrance.from]}</span>
      {entrance.doubt !== null && <Shown as="span" className="unsure" text={` ${entrance.doubt}`} />}
    </span>
  )
}

/** What the cluster itself answered. */
function Saw({ seen }: { readonly seen: AnswerThere }) {
  const now = useApp((state) => state.now)
  const home = useApp((state) => state.app?.home ?? '')
  const { username, at, refused, problem, everything } = seen
  const age = ago(at, now)
  if (username !== null)
    return (
      <p className={styles.claim} data-tone="ok" title={text.mine.seen}>
        <CircleCheck size={12} aria-hidden />
        <Shown text={text.mine.sawAs(username, age)} />
        {everything && <Crown size={12} aria-label={text.access.everything} />}
      </p>
    )
  if (refused)
    return (
      <p className={styles.claim} data-tone="no" title={text.mine.seen}>
        <CircleX size={12} aria-hidden />
        {text.mine.didNotLetIn(age)}
      </p>
    )
  return (
    <p className={styles.claim} title={problem?.next}>
      <CircleSlash size={12} aria-hidden />
      <Shown text={text.mine.notAsked(shortPaths(problem?.message ?? '', home))} />
    </p>
  )
}

/** Identities for which a token can be created: the others need a sign-in first, or AWS refuses them. */
function readyOf({ askable, mine }: WhoMayEnter): readonly string[] {
  const states = new Map(mine.map(({ who }) => [who.id, who.state]))
  return askable.filter((id) => ['valid', 'unknown'].includes(states.get(id) ?? ''))
}

/** Asks the cluster itself: a separate button, which says how many tokens it takes. */
function Ask({ cluster, access }: AccessOf) {
  const model = useModel()
  const entering = useRun('enter')
  const wanted = oneWayEach(access, readyOf(access), model.owners()).map(({ id }) => id)
  const here = entering?.cluster === cluster.id
  if (!here && wanted.length === 0) return null
  return (
    <div className={styles.reading}>
      <div className={styles.acts}>
        {here ? (
          <StopRun small run={entering} kinds={aboutOne} />
        ) : (
          <Button
            small
            icon={CircleCheck}
            disabled={entering !== undefined}
            onClick={() => void enterAs(model.clusters, cluster.id, wanted)}
          >
            {text.mine.ask(wanted.length)}
          </Button>
        )}
      </div>
      {!here && <p className="quiet">{text.mine.tokens(wanted.length)}</p>}
    </div>
  )
}
