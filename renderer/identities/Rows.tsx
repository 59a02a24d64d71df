import {
  Boxes,
  Container,
  FileKey2,
  KeyRound,
  LogIn,
  type LucideIcon,
  Puzzle,
  Server,
  ShieldUser,
  SquareTerminal,
  UserX,
  Workflow,
} from 'lucide-react'
import { memo } from 'react'
import { counted } from '../../shared/counted'
import type { IdentityKind, IdentityTree, KnownIdentity } from '../../shared/identity/tree'
import { visible } from '../../shared/visible'
import { ago, span } from '../rows/age'
import { healthOf } from '../rows/columns'
import type { GroupLine, IdentityLine } from '../rows/identities'
import { whoKnown } from '../rows/who'
import { spaced } from '../text/counts'
import { identitiesText as text } from '../text/identities'
import { text as page } from '../text/page'
import { Button } from '../ui/Button'
import { Health } from '../ui/Health'
import list from '../ui/ListView.module.css'
import { useApp, useModel } from '../ui/model'
import { Cut, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { Toggle } from '../ui/Toggle'
import type { LinePlace } from '../ui/TreeGrid'
import { useIdentities } from '../ui/use-identities'
import styles from './Identities.module.css'
import { StateMark } from './StateMark'
import { useSignIn } from './sign-in'

const icons: Readonly<Record<IdentityKind, LucideIcon>> = {
  'environment-keys': SquareTerminal,
  keys: KeyRound,
  'sso-session': LogIn,
  'permission-set': ShieldUser,
  role: ShieldUser,
  'web-identity': FileKey2,
  login: LogIn,
  process: Workflow,
  container: Container,
  metadata: Server,
  'entry-keys': Boxes,
  wrapper: Puzzle,
  nobody: UserX,
}

interface GroupRowProps extends LinePlace {
  readonly group: GroupLine
  readonly tree: IdentityTree
}

/** The head of those who begin in one way, or of a sign-in with what it says of itself. */
export function GroupRow({ group, tree, ariaIndex, gap, cursor }: GroupRowProps) {
  const { identities } = useModel()
  const now = useApp((state) => state.now)
  const signIn = useSignIn(tree, group.session)
  const { id, of, session, count, open } = group
  const { title, detail } = text.groups[of]
  const said = session === null ? detail : `${title} · ${text.permissionSets(count)}`
  const name = session?.name ?? title
  const Icon = icons[of]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
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
      onFocus={() => identities.setCursor(id)}
      onClick={() => {
        if (session === null) identities.toggle(id)
        else identities.inspect(true)
      }}
    >
      <div role="gridcell" aria-colspan={6} className={list.groupCell}>
        <Toggle open={open} onToggle={() => identities.toggle(id)} />
        <Icon size={15} aria-hidden />
        <b title={visible(name)}>
          <Shown text={name} />
        </b>
        <span className={`${list.dim} ${styles.detail}`} title={said}>
          {said}
        </span>
        {session === null && <span className={list.dim}>{text.count(count)}</span>}
        <span className={list.space} />
        {session !== null && (
          <>
            <StateMark state={session.state} />
            <span className={list.dim} title={untilText(session, now)}>
              {untilText(session, now)}
            </span>
          </>
        )}
        {signIn !== null && (
          <Button
            small
            tabIndex={-1}
            icon={LogIn}
            onClick={(event) => {
              event.stopPropagation()
              signIn()
            }}
          >
            {text.signIn}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Until when it lasts, or since when it does not. */
export function untilText({ state, accessKeyId }: KnownIdentity, now: number): string {
  const { kind, until } = state
  if (until !== null && kind === 'valid') return span(until - now)
  if (until !== null && until <= now) return text.ended(ago(until, now))
  return accessKeyId?.startsWith('AKIA') === true ? text.longTerm : ''
}

/** When and how its state was found out; of what aws has cached also when AWS last said who it is. */
export function ageText({ state: { at, by, kind }, proven }: KnownIdentity, now: number): string {
  if (by === null) return ''
  if (by === 'cache' && kind === 'valid' && proven !== null)
    return text.by.proof(ago(proven.at, Math.max(now, proven.at)))
  if (by === 'cache' || at === null) return text.by.cache
  return text.by[by](ago(at, Math.max(now, at)))
}

interface IdentityRowProps extends LinePlace {
  readonly line: IdentityLine
}

/** One identity: who, by which profiles, whether it can act, and where it is used. */
export const IdentityRow = memo(function IdentityRow({ line, ariaIndex, gap, cursor }: IdentityRowProps) {
  const model = useModel()
  const { identities } = model
  const { id, identity, depth, open, onlyOnTheWay } = line
  const { accountName, account, profiles, contexts, clusters, state } = identity
  const now = useApp((app) => app.now)
  const inspected = useIdentities(({ inspecting }) => inspecting) && cursor
  const running = useIdentities(({ proving }) =>
    proving?.waiting.has(id) !== true ? null : proving.begun.has(id) ? 'proving' : 'waiting',
  )
  const failed = useIdentities(({ proofs }) => (proofs.get(id)?.problem ?? null) !== null)
  // Counts follow the checks at the pace of the summary.
  useApp((app) => app.fleet)
  const who = whoKnown(identity, model.owners())
  const health = healthOf(contexts.flatMap((context) => model.rows.get(context.id) ?? []))
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      role="row"
      aria-rowindex={ariaIndex}
      style={gap === 0 ? undefined : { marginTop: gap }}
      aria-level={depth + 2}
      aria-expanded={open ?? undefined}
      aria-selected={cursor}
      tabIndex={cursor ? 0 : -1}
      data-line={id}
      data-inspected={inspected || undefined}
      data-way={onlyOnTheWay || undefined}
      className={`${list.row} ${styles.row} ${styles.columns}`}
      onFocus={() => identities.setCursor(id)}
      onClick={() => identities.inspect(true)}
    >
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="identity">
        <Rails line={line} />
        <Tile who={who} />
        <b title={visible(who.arn ?? who.label)}>
          <Shown text={who.label} />
        </b>
        <span className={styles.account} title={account === null ? undefined : spaced(account)}>
          <Shown text={accountName ?? (account === null ? '' : spaced(account))} />
        </span>
        {identity.unpinned && <span className={styles.tag}>{text.unpinned}</span>}
        {open !== null && <Toggle open={open} onToggle={() => identities.toggle(id)} />}
      </div>
      <div
        role="gridcell"
        className={`${list.cell} ${styles.cell}`}
        data-column="profiles"
        title={visible(profiles.map(({ name }) => name).join(', ')) || undefined}
      >
        <Profiles names={profiles.map(({ name }) => name)} />
      </div>
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="state">
        <StateMark state={state} running={running} />
        {running === null && <Age identity={identity} now={now} failed={failed} />}
      </div>
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="until">
        <span
          className={list.cut}
          title={state.until === null ? undefined : new Date(state.until).toLocaleString()}
        >
          {untilText(identity, now)}
        </span>
      </div>
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="contexts">
        {contexts.length === 0 ? (
          page.nothing
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className={list.link}
            title={text.contextsOf(contexts.length, visible(who.label))}
            aria-label={text.contextsOf(contexts.length, visible(who.label))}
            onClick={(event) => {
              event.stopPropagation()
              identities.showContexts(identity)
            }}
          >
            <Health verdicts={health} />
            {counted(contexts.length)}
          </button>
        )}
      </div>
      <div role="gridcell" className={`${list.cell} ${styles.cell}`} data-column="clusters">
        {clusters.length === 0 ? page.nothing : counted(clusters.length)}
      </div>
    </div>
  )
})

/** All profiles by name; where there is no room for all, one and how many others there are. */
function Profiles({ names }: { readonly names: readonly string[] }) {
  const [first, ...others] = names
  if (first === undefined) return null
  if (others.length === 0)
    return (
      <span className={list.cut}>
        <Cut text={first} />
      </span>
    )
  return (
    <span className={styles.profiles}>
      <span aria-hidden className={styles.oneProfile}>
        <Cut text={first} />
        <span>{text.others(others.length)}</span>
      </span>
      <span className={styles.allProfiles}>
        <Shown text={names.join(', ')} />
      </span>
    </span>
  )
}

/** How old the knowledge is; of what came out of the last proof nothing may stand in the state. */
function Age({
  identity,
  now,
  failed,
}: {
  readonly identity: KnownIdentity
  readonly now: number
  readonly failed: boolean
}) {
  const { by, kind } = identity.state
  const at = identity.state.at ?? (kind === 'valid' ? (identity.proven?.at ?? null) : null)
  if (failed && kind === 'unknown') return <span className={styles.age}>{text.prove.failedShort}</span>
  if (at === null || by === null) return null
  return (
    <span className={styles.age} title={ageText(identity, now)}>
      {ago(at, Math.max(now, at))}
    </span>
  )
}

/** The lines of the tree: from whom it comes, and whether somebody follows. */
function Rails({ line: { depth, rails, last } }: { readonly line: IdentityLine }) {
  if (depth === 0) return null
  return (
    <span aria-hidden className={styles.rails}>
      {rails.map((goes, level) => (
        // Levels have no other name than their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
        <i key={level} data-goes={goes || undefined} />
      ))}
      <i data-elbow={last ? 'last' : 'more'} />
    </span>
  )
}
