/** How each column's cell is drawn: one entry per column, from value to element. */

import { CircleX, Link2, LogIn, SquareTerminal, TriangleAlert, UserRound, VenetianMask } from 'lucide-react'
import type { ReactNode } from 'react'
import { mayBePinned } from '../../shared/audit/context-facts'
import { counted } from '../../shared/counted'
import type { Finding } from '../../shared/findings/finding-rules'
import { endOfKey, principalName } from '../../shared/identity/named-identity'
import { shortRegion } from '../../shared/identity/regions'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { besideLetters } from '../../shared/kubeconfig/secrets'
import { visible } from '../../shared/visible'
import { doubtAt } from '../pending/doubts'
import { fieldOf } from '../pending/editable-fields'
import { triedOf } from '../pending/trying'
import { saidAbove } from '../rows/arrange'
import {
  adminWord,
  type ColumnId,
  clusterText,
  columnOf,
  isFound,
  missingCluster,
  ownFindings,
  sharers,
  shortApiVersion,
} from '../rows/columns'
import type { NameColumn } from '../rows/distinct-names'
import { isShadowed, shownOnDisk, usedOf, wouldChange } from '../rows/on-disk'
import { actsOf, foretoldOf, nobodyText } from '../rows/proof'
import type { FileRow, Row } from '../rows/rows'
import { spacedAccount } from '../text/counts'
import { editText } from '../text/edits'
import { text, verdictText } from '../text/page'
import { shortPath, shortPaths } from '../text/path'
import { Ago } from '../ui/Ago'
import { CrownBadge, ProductionBadge } from '../ui/Badges'
import { Chip } from '../ui/Chip'
import { useApp, useEdits, useModel, useRefusal } from '../ui/model'
import { Proof } from '../ui/Proof'
import { Cut, Named, Shown } from '../ui/Shown'
import { Then } from '../ui/Then'
import { Tile } from '../ui/Tile'
import { UseStar } from '../ui/UseStar'
import { VerdictMark, VerdictOf } from '../ui/VerdictMark'
import { Change } from './Change'
import change from './Change.module.css'
import styles from './cells.module.css'

const dash = <span className="faint">{text.nothing}</span>

interface AmongProps {
  readonly column: NameColumn
  readonly row: Row
  readonly name: string | null
  readonly className?: string
}

/** A name among all of its column, below the heading of its group. */
function Among({ column, row, name, className = 'cut' }: AmongProps) {
  const model = useModel()
  const grouping = useApp(({ view }) => view.grouping)
  // Another name may have come to stand beside it.
  useApp(({ listVersion }) => listVersion)
  if (name === null || name === '') return dash
  const distinct = model.distinct.in(column, name, saidAbove(row, grouping))
  return <Named as="span" className={className} name={name} distinct={distinct} cut />
}

const foretoldIcons = { 'sign-in': LogIn, fails: CircleX, other: TriangleAlert, shell: SquareTerminal }

/** What the files predict. That nothing was checked is said once, above the grid. */
function Unchecked({ row }: { readonly row: Row }) {
  const any = useApp((state) => state.fleet.checked > 0)
  const home = useApp((state) => state.app?.home ?? '')
  const refusal = useRefusal(row)
  const foretold = refusal === null ? foretoldOf(row) : 'fails'
  if (foretold === null && any) return <VerdictMark shown="not-checked" />
  const unchecked = <span className="visually-hidden">{verdictText['not-checked']}</span>
  if (foretold === null)
    return (
      <>
        <span aria-hidden>{dash}</span>
        {unchecked}
      </>
    )
  const Icon = foretoldIcons[foretold]
  return (
    <span
      className={styles.foretold}
      data-foretold={foretold}
      title={refusal === null ? text.grid.foretoldMeaning : visible(shortPaths(refusal.message, home))}
    >
      <Icon size={14} aria-hidden />
      <span className="cut">{text.grid.foretold[foretold]}</span>
      {unchecked}
    </span>
  )
}

/** The identity that a context acts as: grey while only files say so, red with the intended one where it differs. */
function ActsAs({ row }: { readonly row: Row }) {
  const acts = actsOf(row)
  if (acts === null)
    return row.identity !== null && mayBePinned(row) ? (
      <span className="cut faint">{text.grid.whoever}</span>
    ) : (
      dash
    )
  const { who, by, instead, impersonated, master } = acts
  const title = [
    visible(who.arn ?? who.label),
    text.grid.actsBy[by],
    master === null ? '' : text.grid.master(master),
  ]
    .filter(Boolean)
    .join(' · ')
  const claimed = by === 'predicted' || by === 'intended'
  return (
    <span
      className={styles.acts}
      data-other={who.differs || undefined}
      data-claimed={claimed || undefined}
      title={title}
    >
      {impersonated ? <VenetianMask className={styles.mask} size={16} aria-hidden /> : <Tile who={who} />}
      <Cut as="span" className="cut" text={who.label} />
      {instead !== null && (
        <span className={styles.instead}>
          {text.grid.not} <Shown text={endOfKey(instead.label)} />
        </span>
      )}
      {master !== null && <CrownBadge said={text.grid.master(master)} />}
      <span className="visually-hidden">{text.grid.actsBy[by]}</span>
    </span>
  )
}

/** Who acts in the other environment; who only would, as files say, is no fact. */
function Compared({ who, proven, differs }: NonNullable<Row['comparison']>) {
  const isProven = who !== null && who === proven
  const would = isProven ? '' : `${text.grid.wouldBe} `
  if (!differs) return <span className="cut faint">{`${would}${text.grid.sameInBoth}`}</span>
  if (who === null) return <span className="cut faint">{`${would}${text.noIdentity}`}</span>
  return (
    <span className={styles.acts} data-claimed={!isProven || undefined} title={visible(who.arn ?? who.label)}>
      {would !== '' && <span className="faint whole">{would}</span>}
      <Tile who={who} />
      <Cut as="span" className="cut" text={who.label} />
    </span>
  )
}

/** The identity that a check found. */
function fromCheck(row: Row, who: Row['proven']): ReactNode {
  if (row.check === null) return dash
  return <Chip who={who} old={row.stale !== null || row.running} />
}

function File({ path }: { readonly path: string }) {
  const home = useApp((state) => state.app?.home ?? '')
  return <Shown as="span" className="cut faint" text={shortPath(path, home)} />
}

function Pin({ row }: { readonly row: Row }) {
  if (row.identity === null) return dash
  if (row.profile === null) return mayBePinned(row) ? <span className="unsure">{text.unpinned}</span> : dash
  return (
    <>
      <Among column="profile" row={row} name={row.profile} />
      <PinMark row={row} />
    </>
  )
}

function PinMark({ row: { pin } }: { readonly row: Row }) {
  return (
    <span className={`${styles.pin} ${pin === 'arg' || pin === 'wrapper' ? 'faint' : 'unsure'}`}>
      {{ arg: '--profile', env: 'env', wrapper: text.pinnedByWrapper, none: text.unpinned }[pin]}
    </span>
  )
}

/** The cluster's account; where the entry does not name it, the identity's account, marked as such. */
function Account({ row }: { readonly row: Row }) {
  if (row.account === null) return dash
  const code = <code className="soft">{spacedAccount(row.account)}</code>
  if (row.accountOf === 'cluster') return code
  return (
    <span className={styles.guess} title={text.grid.accountOfIdentity}>
      {code}
      <UserRound size={11} aria-hidden />
      <span className="visually-hidden">{text.grid.accountOfIdentity}</span>
    </span>
  )
}

/** The context's name, or its old and new name; a mark next to it says whether it is new or to be deleted. */
function Name({ row }: { readonly row: Row }) {
  const was = row.pending?.was?.name ?? row.name
  const name = (
    <Among
      column="context"
      row={row}
      name={row.name}
      className={`cut strong ${row.pending?.kind === 'removed' ? 'gone' : ''}`}
    />
  )
  return (
    <>
      {was === row.name ? (
        name
      ) : (
        <Change
          was={<Named as="span" className="cut" name={was} />}
          now={name}
          said={{ was, now: row.name }}
        />
      )}
      {row.pending?.kind === 'added' && <span className={change.tag}>{editText.added}</span>}
      {row.pending?.kind === 'removed' && <span className={change.tag}>{editText.removed}</span>}
    </>
  )
}

/** Says that kubectl takes the name from an earlier file, and what is pending of that. */
function Shadowed({ row }: { readonly row: Row }) {
  const [was, then] = [isShadowed(shownOnDisk(row)), isShadowed(row)]
  if (!was && !then) return null
  if (was === then) return <span className={styles.tag}>{text.shadowed}</span>
  return was ? (
    <span className={styles.tag} title={text.shadowedStill}>
      <span className="visually-hidden">{editText.was} </span>
      <s>{text.shadowed}</s>
    </span>
  ) : (
    <span className={change.tag} title={text.shadowedSoon}>
      <span className="visually-hidden">{editText.now} </span>
      {text.shadowed}
    </span>
  )
}

/** How many contexts use the same user entry. */
function Shared({ row }: { readonly row: Row }) {
  if (row.sharedWith.length === 0) return null
  const said = visible(text.sharedWith(row.sharedWith, row.sharedMore))
  return (
    <span className={styles.tag} title={said}>
      <Link2 size={12} aria-hidden />
      <span className="visually-hidden">{said}</span>
      <span aria-hidden>{counted(sharers(row) + 1)}</span>
    </span>
  )
}

const worst = (findings: readonly Finding[]): string =>
  findings.some((finding) => finding.severity === 'error')
    ? 'error'
    : findings.some((finding) => finding.severity === 'warning')
      ? 'warning'
      : 'info'

/** The number of a context's serious findings, next to its name: further right they would not be visible. */
function Trouble({ row }: { readonly row: Row }) {
  const common = useApp((state) => state.fleet.common)
  const own = ownFindings(row)
  const severity = worst(own)
  const count = own.filter((one) => one.severity !== 'info' && !common.has(one.id)).length
  if (count === 0) return null
  return (
    <span className={styles.trouble} data-severity={severity} title={findingsTitle(own)}>
      <span aria-hidden>{count}</span>
      <span className="visually-hidden">{text.findings(count)}</span>
    </span>
  )
}

const findingsTitle = (findings: readonly Finding[]): string =>
  findings.map((finding) => visible(finding.message)).join('\n')

/** An entry that the context names and no file has. */
function MissingCluster({ name }: { readonly name: string }) {
  return (
    <span className={styles.missing} title={`${visible(name)}: ${text.grid.missingClusterMeaning}`}>
      <Named name={name} cut /> <span>{text.grid.missing}</span>
    </span>
  )
}

const plain = (value: string | null): ReactNode =>
  value === null || value === '' ? dash : <Cut as="span" className="cut" text={value} />

/** Says that kubectl uses the context by default, or will. */
function Current({ row }: { readonly row: Row }) {
  const { now, soon } = usedOf(row)
  if (!now && !soon) return null
  const said = now ? text.current : text.use.currentSoon
  return (
    <span title={said}>
      <UseStar row={row} size={14} />
      <span className="visually-hidden">{said}</span>
    </span>
  )
}

/** The doubt about a new value; drawn before the value, which may be cut. */
export function Doubt({ id, column }: { readonly id: EntryId; readonly column: string }) {
  const problem = useEdits((state) => doubtAt(state, id, column))
  if (problem === undefined) return null
  const said = visible([problem.message, problem.next].filter(Boolean).join(' '))
  return (
    <span className={styles.doubt} data-blocks={problem.blocks || undefined} title={said}>
      <TriangleAlert size={13} aria-hidden />
      <span className="visually-hidden">{said} </span>
    </span>
  )
}

/** A try's answer counts for exactly the entry that would be written: until there is one, nothing is known of it. */
function Tried({ row }: { readonly row: Row }) {
  const environment = useApp((state) => state.environment)
  const now = useApp((state) => state.now)
  const hours = useApp((state) => state.settings.staleHours)
  const tried = useEdits(({ tried }) => triedOf(tried, environment, row.identity, row.id, now, hours))
  const model = useModel()
  if (tried !== null) return <Then>{verdictText[tried.verdict]}</Then>
  return (
    <Then>
      <button
        type="button"
        className={styles.try}
        tabIndex={-1}
        title={editText.notTriedMeaning}
        aria-label={editText.notTried}
        onClick={() => model.edits.open({ kind: 'review' })}
      >
        {editText.try}
      </button>
    </Then>
  )
}

/** What was found of a context, which holds until its edit is written. */
function found(id: ColumnId, was: FileRow, row: Row): ReactNode {
  if (row.pending?.kind !== 'changed' || !wouldChange(row)) return cells[id](was)
  const [before, after] = [actsOf(was), actsOf(row)]
  const then =
    id === 'verdict' ? (
      <Tried row={row} />
    ) : id === 'acts' && before?.who.key !== after?.who.key ? (
      <Then>
        {after === null ? nobodyText(row) : <Cut as="span" className="cut" text={after.who.label} />}
      </Then>
    ) : null
  return (
    <>
      {cells[id](was)}
      {then}
    </>
  )
}

/** A cell of a row: its value, or its old value and the pending one. */
export function cellOf(id: ColumnId, row: Row): ReactNode {
  const was = row.pending?.was
  const column = columnOf(id)
  if (was && column !== undefined && isFound(column) && fieldOf(id) === undefined) return found(id, was, row)
  const field = fieldOf(id)
  if (!was || field === undefined || id === 'context' || field.text(was) === field.text(row))
    return cells[id](row)
  const said = { was: field.text(was), now: field.text(row) }
  if (id === 'profile' && was.profile === row.profile)
    return (
      <>
        <Among column="profile" row={row} name={row.profile} />
        <span className={styles.pinChange}>
          <Change was={<PinMark row={was} />} now={<PinMark row={row} />} said={said} />
        </span>
      </>
    )
  // The same pin twice would only take room from the names.
  if (id === 'profile' && was.pin === row.pin)
    return (
      <Change
        was={<Among column="profile" row={was} name={was.profile} />}
        now={<Among column="profile" row={row} name={row.profile} />}
        said={{ was: was.profile ?? '', now: row.profile ?? '' }}
      />
    )
  return <Change was={cells[id](was)} now={cells[id](row)} said={said} />
}

export const cells: Readonly<Record<ColumnId, (row: Row) => ReactNode>> = {
  context: (row) => (
    <>
      <span className={styles.gutter}>
        <Current row={row} />
      </span>
      <Name row={row} />
      {row.production && (
        <span className={styles.marked}>
          <ProductionBadge />
        </span>
      )}
      <Shared row={shownOnDisk(row)} />
      <Shadowed row={row} />
      {row.entry.origin.duplicate && <span className={styles.tag}>{text.duplicate}</span>}
      <Trouble row={shownOnDisk(row)} />
    </>
  ),
  verdict: (row) => (row.shown === 'not-checked' ? <Unchecked row={row} /> : <VerdictOf row={row} />),
  proof: (row) => <Proof row={row} />,
  acts: (row) => <ActsAs row={row} />,
  admin: (row) => plain(adminWord(row)),
  production: ({ production }) => (production ? <ProductionBadge word /> : dash),
  intended: (row) =>
    row.intended === null && row.identity !== null && mayBePinned(row) ? (
      <span className="unsure">{text.unpinned}</span>
    ) : (
      <Chip who={row.intended} />
    ),
  expected: (row) => plain(row.expected?.principal ?? null),
  predicted: (row) => <Chip who={row.predicted} />,
  proven: (row) => fromCheck(row, row.proven),
  seen: (row) => fromCheck(row, row.impersonated ?? row.seen),
  compared: ({ comparison }) => (comparison === null ? dash : <Compared {...comparison} />),
  cluster: (row) =>
    missingCluster(row) !== null ? (
      <MissingCluster name={missingCluster(row) ?? ''} />
    ) : row.tokenFor === null ? (
      <>
        {row.clusterName === null ? (
          plain(clusterText(row))
        ) : (
          <Among column="cluster" row={row} name={row.clusterName} />
        )}
        {row.region !== null && <code className={styles.region}>{shortRegion(row.region)}</code>}
      </>
    ) : (
      <Shown
        as="span"
        className="cut strong wrong"
        title={visible(text.grid.tokenFor(row.tokenFor))}
        text={clusterText(row)}
      />
    ),
  account: (row) => <Account row={row} />,
  region: (row) => (row.region === null ? dash : <code className="soft">{row.region}</code>),
  namespace: (row) => plain(row.entry.namespace),
  profile: (row) => <Pin row={row} />,
  role: (row) => <Among column="role" row={row} name={row.role === null ? null : principalName(row.role)} />,
  user: (row) => <Among column="user" row={row} name={row.entry.user} />,
  shared: (row) => plain(row.sharedWith.join(', ') || null),
  entry: (row) => <Among column="entry" row={row} name={row.entry.cluster} />,
  server: (row) => plain(besideLetters(row.cluster?.server ?? '')),
  proxyUrl: (row) => plain(besideLetters(row.cluster?.proxyUrl ?? '')),
  tlsServerName: (row) => plain(row.cluster?.tlsServerName ?? null),
  apiVersion: (row) => plain(shortApiVersion(row.user?.exec?.apiVersion ?? '')),
  file: (row) => <File path={row.entry.origin.file} />,
  checked: (row) =>
    row.check === null ? (
      dash
    ) : (
      <Ago at={row.check.at} className={row.stale === null ? 'cut faint' : 'unsure'} />
    ),
  findings(row) {
    const own = ownFindings(row)
    return own.length === 0 ? (
      dash
    ) : (
      <span className="badge" data-severity={worst(own)} title={findingsTitle(own)}>
        {own.length}
        <span className="visually-hidden">
          {` ${worst(own)}: ${own.map((finding) => finding.id).join(', ')}`}
        </span>
      </span>
    )
  },
}
