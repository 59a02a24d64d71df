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
import { ago, timeSpan } from '../../shared/age'
import { counted } from '../../shared/counted'
import type { IdentityKind, IdentityTree, KnownIdentity } from '../../shared/identity/identity-tree'
import { whoKnown } from '../../shared/identity/named-identity'
import { visible } from '../../shared/visible'
import { adminWord } from '../rows/columns'
import { type GroupLine, type IdentityLine, takesOver } from '../rows/identity-rows'
import { showContextsAs } from '../store/identity-store'
import { runOf } from '../store/run'
import { spacedAccount } from '../text/counts'
import { identitiesText as text } from '../text/identity-texts'
import { text as page } from '../text/page'
import { CrownBadge } from '../ui/Badges'
import { Button } from '../ui/Button'
import { ContextsLink } from '../ui/ContextsLink'
import list from '../ui/ListView.module.css'
import { useApp, useIdentities, useModel } from '../ui/model'
import { Cut, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { Toggle } from '../ui/Toggle'
import type { TreeColumn } from '../ui/TreeGrid'
import styles from './Identities.module.css'
import { StateMark } from './StateMark'
import { useSignIn } from './use-sign-in'

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

/** The head of identities that start in one way, or of a sign-in with its facts. */
export function GroupHead({ group, tree }: { readonly group: GroupLine; readonly tree: IdentityTree }) {
  const now = useApp((state) => state.now)
  const signIn = useSignIn(tree, group.session)
  const { of, session, count } = group
  const { title, detail } = text.groups[of]
  const said = session === null ? detail : `${title} · ${text.permissionSets(count)}`
  const name = session?.name ?? title
  const Icon = icons[of]
  return (
    <>
      <Icon size={15} aria-hidden />
      <Shown as="b" title={visible(name)} text={name} />
      <span className={`${list.dim} ${styles.first}`} title={said}>
        {said}
      </span>
      {session === null && <span className={list.dim}>{text.count(count)}</span>}
      <span className="space" />
      {session !== null && (
        <>
          <span className="whole strong">
            <StateMark state={session.state} />
          </span>
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
    </>
  )
}

/** Until when it is valid, or since when it is not. */
export function untilText({ state, accessKeyId }: KnownIdentity, now: number): string {
  const { kind, until } = state
  if (until !== null && kind === 'valid') return timeSpan(until - now)
  if (until !== null && until <= now) return text.ended(ago(until, now))
  return accessKeyId?.startsWith('AKIA') === true ? text.longTerm : ''
}

/** When and how its state was determined; for credentials that aws has cached also when AWS last named the identity. */
export function ageText({ state: { at, by, kind }, proven }: KnownIdentity, now: number): string {
  if (by === null) return ''
  if (by === 'cache' && kind === 'valid' && proven !== null) return text.by.proof(ago(proven.at, now))
  if (by === 'cache' || at === null) return text.by.cache
  return text.by[by](ago(at, now))
}

interface CellProps {
  readonly line: IdentityLine
}

const Name = memo(function Name({ line }: CellProps) {
  const model = useModel()
  // The owners of keys become known with the checks, at the pace of the summary.
  useApp((app) => app.fleet)
  const { id, identity, open, onlyOnTheWay } = line
  const { accountName, account, unpinned } = identity
  const who = whoKnown(identity, model.owners())
  const number = account === null ? '' : spacedAccount(account)
  return (
    <>
      <Rails line={line} />
      <Tile who={who} />
      <Shown
        as="b"
        className="cut strong"
        title={visible(who.arn ?? who.label)}
        data-way={onlyOnTheWay || undefined}
        text={who.label}
      />
      <Shown
        as="span"
        className={`${list.dim} ${styles.first}`}
        title={number || undefined}
        text={accountName ?? number}
      />
      {unpinned && <span className={`${styles.tag} spare`}>{text.unpinned}</span>}
      {open !== null && <Toggle open={open} onToggle={() => model.identities.toggle(id)} />}
    </>
  )
})

/** All profiles by name; where there is no room for all, one and how many others there are. */
const Profiles = memo(function Profiles({ line: { identity } }: CellProps) {
  const names = identity.profiles.map(({ name }) => name)
  const [first, ...others] = names
  if (first === undefined) return null
  if (others.length === 0)
    return (
      <span className="cut" title={visible(first)}>
        <Cut text={first} />
      </span>
    )
  return (
    <span className={styles.profiles} title={visible(names.join(', '))}>
      <span aria-hidden>
        <Cut text={first} />
        <span>{text.others(others.length)}</span>
      </span>
      <Shown as="span" text={names.join(', ')} />
    </span>
  )
})

/** The state, and its age. A failed last proof may leave no trace in the state, so it is said here. */
const State = memo(function State({ line: { id, identity } }: CellProps) {
  const model = useModel()
  const now = useApp((app) => app.now)
  // What files find of the contexts becomes known at the pace of the summary.
  useApp((app) => app.fleet)
  const running = useApp((state) => {
    const run = runOf('prove', state)
    if (run?.waiting.has(id) !== true) return null
    return run.asking.has(id) ? 'asks' : run.begun.has(id) ? 'proving' : 'waiting'
  })
  const failed = useIdentities(({ proofs }) => (proofs.get(id)?.problem ?? null) !== null)
  const { by, kind, at: seen } = identity.state
  const at = seen ?? (kind === 'valid' ? (identity.proven?.at ?? null) : null)
  const age =
    failed && kind === 'unknown' ? text.prove.failedShort : at === null || by === null ? null : ago(at, now)
  return (
    <>
      <StateMark state={identity.state} running={running} takesOver={takesOver(identity, model.rows.get)} />
      {running === null && age !== null && (
        <span className={`${list.dim} ${styles.first} ${styles.age}`} title={ageText(identity, now)}>
          {age}
        </span>
      )}
    </>
  )
})

const Until = memo(function Until({ line: { identity } }: CellProps) {
  const now = useApp((app) => app.now)
  const { until } = identity.state
  return (
    <span className="cut" title={until === null ? undefined : new Date(until).toLocaleString()}>
      {untilText(identity, now)}
    </span>
  )
})

const Contexts = memo(function Contexts({ line: { identity } }: CellProps) {
  const { identities, owners } = useModel()
  const { contexts } = identity
  return (
    <ContextsLink
      contexts={contexts}
      name={whoKnown(identity, owners()).label}
      onShow={() => showContextsAs(identities, identity)}
    />
  )
})

/** How many clusters, and whether a check found that it may do everything in one. */
function Clusters({ line: { identity } }: CellProps) {
  const { rows } = useModel()
  useApp((app) => app.fleet)
  const { clusters, contexts } = identity
  if (clusters.length === 0) return page.nothing
  const admin = new Set(
    contexts.flatMap(({ id }) => {
      const row = rows.get(id)
      return row !== undefined && adminWord(row) === 'yes' ? [row.entry.cluster] : []
    }),
  )
  return (
    <span className="inline">
      {admin.size > 0 && <CrownBadge said={text.adminIn(admin.size)} />}
      {counted(clusters.length)}
    </span>
  )
}

/** One identity in a line: its name, its profiles, whether it can act, and where it is used. */
export const identityColumns: readonly TreeColumn<IdentityLine>[] = [
  { id: 'identity', title: text.columns.identity, Cell: Name },
  { id: 'profiles', title: text.columns.profiles, Cell: Profiles },
  { id: 'state', title: text.columns.state, Cell: State },
  { id: 'until', title: text.columns.until, Cell: Until },
  { id: 'contexts', title: text.columns.contexts, Cell: Contexts },
  { id: 'clusters', title: text.columns.clusters, Cell: Clusters },
]

/** The lines of the tree: which identity it comes from, and whether another follows. */
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
