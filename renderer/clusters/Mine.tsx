import { CircleCheck, CircleSlash, CircleX, Crown, KeyRound, LoaderCircle, Square } from 'lucide-react'
import type { Entrance } from '../../shared/identity/access'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { SeenThere, WhoMayEnter, WhoOfMine } from '../../shared/identity/who-may-enter'
import frame from '../inspector/Inspector.module.css'
import { ago } from '../rows/age'
import { contradicted, mineInOrder, seenByContexts } from '../rows/cluster-access'
import { whoKnown } from '../rows/who'
import { clustersText as text } from '../text/clusters'
import { spaced } from '../text/counts'
import { shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { useClusters } from '../ui/use-clusters'
import styles from './Access.module.css'
import { ChipName } from './ChipName'
import { MayDo } from './MayDo'
import { useOneEach } from './one-each'

interface MineProps {
  readonly cluster: ShownCluster
  readonly access: WhoMayEnter
}

/** Which of one's own get in and as whom: what is written there, and beside it what the cluster answered. Never one for the other. */
export function Mine({ cluster, access }: MineProps) {
  const model = useModel()
  // What the cluster answered to its contexts follows the checks.
  useApp((state) => state.fleet)
  const { first, notNamed, open } = mineInOrder(
    access,
    seenByContexts(cluster.contexts, (id) => model.rows.get(id), access.mine, model.owners()),
  )
  if (access.mine.length === 0) return <p className={styles.note}>{text.mine.nobody}</p>
  return (
    <>
      {first.length === 0 ? (
        <p className={styles.note}>{text.mine.none}</p>
      ) : (
        <ul className={styles.people} aria-label={text.mine.list}>
          {first.map(({ who, entrance, seen }) => (
            <One key={who.id} who={who} entrance={entrance} seen={seen} />
          ))}
        </ul>
      )}
      <Others title={text.mine.not} all={notNamed} />
      <Others title={text.mine.open} all={open} />
      <Ask cluster={cluster} access={access} />
      <MayDo cluster={cluster} access={access} askable={readyOf(access)} />
    </>
  )
}

interface OneProps {
  readonly who: WhoOfMine
  readonly entrance: Entrance
  readonly seen: SeenThere | null
}

function One({ who, entrance, seen }: OneProps) {
  const model = useModel()
  const waiting = useClusters(({ entering }) => entering?.waiting.has(who.id) === true)
  const shown = whoKnown(who, model.owners())
  return (
    <li className={styles.person}>
      <Tile who={shown} />
      <div className={styles.about}>
        <p className={styles.name}>
          <b>
            <Shown text={shown.label} />
          </b>
          <span className={styles.detail}>
            <Shown text={who.accountName ?? (who.account === null ? '' : spaced(who.account))} />
          </span>
          {/* The same user may stand here twice: with keys of a file, and with those that the environment exports. */}
          {who.kind === 'environment-keys' && (
            <span className={styles.tag} data-tone="you">
              {text.access.yourEnvironment}
            </span>
          )}
        </p>
        <p className={styles.claim} title={text.mine.claimed}>
          <KeyRound size={12} aria-hidden />
          <Claim entrance={entrance} />
        </p>
        {waiting ? (
          <p className={styles.claim} data-tone="running">
            <LoaderCircle size={12} aria-hidden />
            {text.mine.waiting}
          </p>
        ) : (
          seen !== null && <Saw seen={seen} />
        )}
        {seen !== null && contradicted(entrance, seen) && (
          <p className={styles.said}>{text.mine.contradicted}</p>
        )}
      </div>
    </li>
  )
}

function Claim({ entrance }: { readonly entrance: Entrance }) {
  switch (entrance.kind) {
    case 'enters': {
      const { username, from, doubt } = entrance
      return (
        <span>
          <Shown text={username === null ? text.mine.enters : text.mine.entersAs(username.text)} />
          <span className={styles.detail}> · {text.access.from[from]}</span>
          {doubt !== null && (
            <span className={styles.said}>
              {' '}
              <Shown text={doubt} />
            </span>
          )}
        </span>
      )
    }
    case 'refused':
      return (
        <span>
          {text.mine.refused}: <Shown text={entrance.why} />
        </span>
      )
    case 'not-named':
      return <span>{text.mine.notNamed}</span>
    case 'not-known':
      return (
        <span title={entrance.why}>
          {text.mine.notKnown}: <Shown text={entrance.why} />
        </span>
      )
  }
}

/** What the cluster itself answered. */
function Saw({ seen }: { readonly seen: SeenThere }) {
  const now = useApp((state) => state.now)
  const home = useApp((state) => state.app?.home ?? '')
  const { username, at, refused, problem, everything } = seen
  const age = ago(at, Math.max(now, at))
  if (username !== null)
    return (
      <p className={styles.claim} data-tone="seen" title={text.mine.seen}>
        <CircleCheck size={12} aria-hidden />
        <Shown text={text.mine.sawAs(username, age)} />
        {everything && <Crown size={12} aria-label={text.access.everything} />}
      </p>
    )
  if (refused)
    return (
      <p className={styles.claim} data-tone="refused" title={text.mine.seen}>
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

/** Those of whom there is nothing more to say: side by side. */
function Others({ title, all }: { readonly title: string; readonly all: readonly WhoOfMine[] }) {
  const each = useOneEach(all)
  if (each.length === 0) return null
  return (
    <section className={styles.others} aria-label={title}>
      <h4>
        {title} <span>{each.length}</span>
      </h4>
      <ul>
        {each.map(({ who, shown, account }) => (
          <li key={who.id} className={styles.chip} title={who.arn ?? who.account ?? undefined}>
            <ChipName shown={shown} account={account} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Those of whom there is a token: of others a sign-in or AWS stands in the way. */
function readyOf({ askable, mine }: WhoMayEnter): readonly string[] {
  const states = new Map(mine.map(({ who }) => [who.id, who.state]))
  return askable.filter((id) => ['valid', 'unknown'].includes(states.get(id) ?? ''))
}

/** Asking the cluster itself: a click of its own, that says how many tokens it takes. */
function Ask({ cluster, access }: MineProps) {
  const { clusters } = useModel()
  const entering = useClusters((state) => state.entering)
  const wanted = readyOf(access)
  if (entering?.cluster === cluster.id)
    return (
      <div className={styles.reading}>
        <div className={styles.acts}>
          <Button small icon={Square} onClick={() => clusters.stopAccess()}>
            {text.mine.stop(entering.done, entering.total)}
          </Button>
        </div>
      </div>
    )
  if (wanted.length === 0) return null
  return (
    <div className={styles.reading}>
      <div className={styles.acts}>
        <Button
          small
          icon={CircleCheck}
          disabled={entering !== null}
          onClick={() => void clusters.enter(cluster.id, wanted)}
        >
          {text.mine.ask(wanted.length)}
        </Button>
      </div>
      <p className={frame.quiet}>{text.mine.tokens(wanted.length)}</p>
    </div>
  )
}
