import { Crown, RefreshCw, ShieldAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { whoPrincipal } from '../../shared/identity/named-identity'
import type { ReadState, WhoMayEnter } from '../../shared/identity/who-may-enter'
import { visible } from '../../shared/visible'
import { accountNamesOf } from '../pending/commit'
import {
  askedBy,
  type OwnIdentityLine,
  readsMore,
  saidOfLists,
  wasTried,
  whenRead,
} from '../rows/cluster-access'
import { findable, wordsFit } from '../rows/word-match'
import { aboutOne, readAccess } from '../store/cluster-store'
import { clustersText as text } from '../text/cluster-texts'
import { placedName, shortName, spacedAccount } from '../text/counts'
import { text as page } from '../text/page'
import { Button } from '../ui/Button'
import { LongList, mostDrawn } from '../ui/LongList'
import { useApp, useClusters, useModel, useRun } from '../ui/model'
import { Shown } from '../ui/Shown'
import { StopRun } from '../ui/StopRun'
import { Tile } from '../ui/Tile'
import styles from './Access.module.css'
import { Migrating } from './Migrating'
import type { AccessOf } from './OneEach'
import { Lines } from './OwnIdentities'
import { Select } from './Select'
import { Warning } from './Warning'

/**
 * All that access entries and aws-auth name, as the mode counts them; one bad line hides no other. `seen`: those that the cluster let
 * in, and no list that was read does.
 */
export function WhoEnters({
  cluster,
  access,
  seen,
}: AccessOf & { readonly seen: readonly OwnIdentityLine[] }) {
  const { rows, entries, awsAuth, mode } = access
  const read = entries.state === 'read' || awsAuth.state === 'read'
  const fault = useClusters((state) => state.notRead.get(cluster.id))
  return (
    <>
      <Hijack access={access} />
      {seen.length > 0 && <Lines label={text.access.seen} lines={seen} />}
      {!wasTried(access) && (
        <div className="body above-10 lines-18">
          <h3>{text.access.never}</h3>
          <p>{text.access.neverBody(awsAuth.state !== 'not-looked-at')}</p>
        </div>
      )}
      {fault !== undefined && <Warning title={fault.message} why="" next={fault.next} />}
      <Unread title={text.access.notRead(text.access.entries)} state={entries} />
      <Unread title={text.access.notRead(text.access.awsAuth)} state={awsAuth} />
      {saidOfLists(access).map((said) => (
        <p key={said} className="body above-10 lines-18">
          {said}
        </p>
      ))}
      {awsAuth.problems.map(({ list, message }) => (
        <p key={list} className="body above-10 lines-18">
          <b>{text.access.listProblem(list)}</b> <Shown text={message} />
        </p>
      ))}
      {rows.length > 0 && <People access={access} />}
      {access.migration !== null && access.migration.rows.length > 0 && (
        <Migrating cluster={cluster} access={access} migration={access.migration} />
      )}
      {mode === 'CONFIG_MAP' && read && <p className="body above-10 lines-18">{text.access.creator}</p>}
      <Reading cluster={cluster} access={access} />
    </>
  )
}

/** Few are drawn whole; of more those that are seen, and what they are looked for by. */
function People({ access }: { readonly access: WhoMayEnter }) {
  const { rows } = access
  const [words, setWords] = useState('')
  const found = useMemo(() => rows.filter((row) => wordsFit(words, () => wordsOf(row))), [rows, words])
  const key = (row: PersonRow) => `${row.from} ${row.place} ${row.principal}`
  if (rows.length <= mostDrawn)
    return (
      <ul className={styles.people} aria-label={text.access.list}>
        {rows.map((row) => (
          <li key={key(row)}>
            <Principal row={row} access={access} />
          </li>
        ))}
      </ul>
    )
  return (
    <div className={styles.many}>
      <input
        type="search"
        className={styles.input}
        aria-label={text.access.filter}
        placeholder={text.access.filter}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <p className="body above-10 lines-18" role="status">
        {text.access.found(found.length, rows.length)}
      </p>
      {found.length > 0 && (
        <LongList
          key={words}
          label={text.access.list}
          of={found}
          estimate={62}
          tall
          item={(row) => <Principal row={row} access={access} />}
        />
      )}
    </div>
  )
}

type PersonRow = WhoMayEnter['rows'][number]

/** What is looked through for a word. */
const wordsOf = ({ principal, name, account, username, may, problem }: PersonRow): string =>
  findable([principal, name, account, username, ...may.says, problem])

const Unread = ({ title, state }: { readonly title: string; readonly state: ReadState }) =>
  state.state === 'not-read' && <Warning title={title} why={state.why} next={state.next} />

/** Keys of the environment that get in: a context that pins its profile by a variable alone acts as them. */
function Hijack({ access: { mine, rows } }: { readonly access: WhoMayEnter }) {
  const keys = mine.find(({ who, entrance }) => who.kind === 'environment-keys' && entrance.kind === 'enters')
  if (keys === undefined) return null
  const { who } = keys
  const everything = rows.some((row) => row.may.everything && row.you.includes(who.id))
  return (
    <Warning
      tone="bad"
      title={
        <>
          <ShieldAlert size={14} aria-hidden className="wrong" />
          <Shown text={text.access.hijack(who.name, everything)} />
        </>
      }
      why={text.access.hijackBody}
    />
  )
}

function Principal({ row, access }: { readonly row: PersonRow; readonly access: WhoMayEnter }) {
  const { from, place, principal, kind, name, account, username, may, node, passedOver, problem, you } = row
  const who = principal === null ? null : whoPrincipal(principal)
  const mine = access.mine.filter((one) => you.includes(one.who.id))
  const environment = mine.some((one) => one.who.kind === 'environment-keys')
  const accountNames = accountNamesOf(useModel())
  const about = [
    kind && text.access.kinds[kind],
    account && (accountNames.get(account) ?? spacedAccount(account)),
    text.access.from[from] + (from === 'access-entry' ? '' : `, ${text.access.line(from, place ?? 0)}`),
  ]
  return (
    <div className={styles.person} data-passed={passedOver !== null || undefined}>
      <Tile who={who ?? { key: null, label: name ?? '' }} />
      <div className="fill">
        <p className={styles.name}>
          <Shown as="b" text={who?.label ?? name ?? text.access.notArn} />
          {you.length > 0 && (
            <span className={styles.tag} data-tone="you">
              {environment ? text.access.yourEnvironment : text.access.you}
            </span>
          )}
          {node && <span className={styles.tag}>{text.access.node}</span>}
        </p>
        <p className="quiet">{about.filter(Boolean).join(' · ')}</p>
        {[passedOver, problem].map(
          (said) => said !== null && <Shown as="p" key={said} className="unsure" text={said} />,
        )}
      </div>
      <div className={styles.as}>
        {passedOver === null && principal !== null && (
          <Shown as="code" title={text.access.knownAs} text={username ?? text.access.noName} />
        )}
        <p>
          {passedOver !== null ? (
            text.access.nothing
          ) : may.everything ? (
            <span className={styles.tag} data-tone="warn">
              <Crown size={11} aria-hidden />
              {text.access.everything}
            </span>
          ) : (
            <Shown text={may.says.join('; ')} />
          )}
        </p>
      </div>
    </div>
  )
}

/** By which identity AWS and the cluster were asked; empty: by none. */
function asWhom({ by }: WhoMayEnter): string {
  if (by?.looker == null) return ''
  const { profile } = by.looker
  const looker = profile === null ? text.access.environmentKeys : page.profile(profile)
  return by.context === null ? text.access.as(looker) : text.access.and(looker, by.context)
}

/** When it was read, by which identity, and a button to read it (again). */
function Reading({ cluster, access }: AccessOf) {
  const { clusters, rows } = useModel()
  const now = useApp((state) => state.now)
  const reading = useRun('access')
  const here = reading?.cluster === cluster.id
  const { contexts } = cluster
  const [chosen, setChosen] = useState<string | null | undefined>(undefined)
  const best = askedBy(contexts, (context) => rows.get(context))
  // Where entries alone decide, the cluster has nothing to say of it.
  const looks = access.awsAuth.state !== 'not-looked-at'
  const context = looks ? (chosen === undefined ? best : chosen) : null
  const name = contexts.find((one) => one.id === context)?.name ?? null
  const more = readsMore(access, context !== null)
  const when = whenRead(access, asWhom(access), now)
  return (
    <div className={styles.reading}>
      {when !== null && <Shown as="p" className="quiet" text={when} />}
      <div className={styles.acts}>
        {looks && (
          <Select
            label={text.access.by}
            value={context ?? ''}
            options={[
              ...contexts.map((one) => [one.id, visible(shortName(one.name))] as const),
              ['', text.access.awsAlone],
            ]}
            disabled={reading !== undefined}
            onChange={(value) => setChosen(value || null)}
          />
        )}
        {here ? (
          <StopRun small run={reading} kinds={aboutOne}>
            {text.access.stop}
          </StopRun>
        ) : (
          <Button
            small
            icon={RefreshCw}
            disabled={reading !== undefined}
            onClick={() => void readAccess(clusters, cluster.id, context)}
          >
            {more ? text.access.read : text.access.readAgain}
          </Button>
        )}
        {here && (
          <span className="quiet" role="status">
            {reading.total === 0 ? text.access.reading : text.access.readingOf(reading.done, reading.total)}
          </span>
        )}
      </div>
      <p className="quiet">
        {looks ? (
          <Shown text={name === null ? text.access.noToken : text.access.token(placedName(name))} />
        ) : (
          text.access.entriesAlone
        )}
      </p>
    </div>
  )
}
