import { CircleAlert, Info, RotateCw } from 'lucide-react'
import { Fragment, type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { type Unsaid, unsaid } from '../../shared/identity/unseen'
import { visible } from '../../shared/visible'
import frame from '../inspector/Inspector.module.css'
import { type PlaceSquare, placeKinds, placesOf, unseenOf } from '../rows/sweeps'
import { shortPaths } from '../text/path'
import { sweepsText } from '../text/sweeps'
import { Button } from '../ui/Button'
import { LongList } from '../ui/LongList'
import { useApp, useModel, useSweeps } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import styles from './Discover.module.css'
import { AllLeftOut, LeaveOut } from './LeftOut'
import type { Found } from './use-found'

const text = sweepsText.places

function usePlaces({ swept, matrix }: Found) {
  return useMemo(() => {
    const accounts = new Map(
      matrix.groups.flatMap(({ lines }) =>
        lines.flatMap(({ lookers, account }) => lookers.map(({ id }) => [id, account] as const)),
      ),
    )
    return placesOf(swept, ({ id }) => accounts.get(id) ?? null)
  }, [swept, matrix])
}

/** How much was searched, and while a search runs how far it is. */
export function PlacesTitle({ found }: { readonly found: Found }) {
  const run = useSweeps((state) => state.run)
  const { accounts, regions } = usePlaces(found)
  return (
    <>
      <h2 className={frame.title}>
        {accounts.length === 0 ? text.none : text.title(accounts.length, regions.length)}
      </h2>
      {run !== null && run.expected > 0 && (
        <p className={styles.count}>{sweepsText.progress(run.done, run.expected)}</p>
      )}
    </>
  )
}

/** Where it was looked: accounts by regions, and what could not be seen, with the reason. */
export function Places({ found }: { readonly found: Found }) {
  const { accountName } = found
  const places = usePlaces(found)
  const [chosen, setChosen] = useState<string | null>(null)
  const { regions, accounts } = places
  const squares: readonly PlacedSquare[] = accounts.flatMap(({ account, squares: all }) =>
    all.flatMap((square) =>
      square === null ? [] : [{ id: `${account} ${square.region}`, account, square }],
    ),
  )
  const kinds = placeKinds.filter((kind) => squares.some(({ square }) => square.kind === kind))
  const [heldAt, setHeld] = useState<string | null>(null)
  // What is gone gives it to the first.
  const held = Math.max(
    0,
    squares.findIndex(({ id }) => id === heldAt),
  )
  const board = useRef<HTMLDivElement>(null)
  function onKeyDown(event: KeyboardEvent): void {
    const to = nextSquare(event.key, squares, held)
    if (to === undefined) return
    event.preventDefault()
    board.current?.querySelectorAll<HTMLElement>('button')[squares.indexOf(to)]?.focus()
  }
  const about = squares.find(({ id }) => id === chosen)
  const nameOf = ({ account, square: { region, kind, clusters } }: PlacedSquare): string => {
    const says = kind === 'clusters' ? text.count(clusters) : text.kinds[kind]
    return text.square(accountName(account), region, says)
  }
  return (
    <section className={styles.section} aria-label={text.label}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the squares have the keyboard, the arrows lead from one to the next */}
      <div className={styles.places} ref={board} onKeyDown={onKeyDown}>
        {accounts.map(({ account, squares: all }) => (
          <Fragment key={account}>
            <span className="cut" title={visible(accountName(account))}>
              <Shown text={accountName(account)} />
            </span>
            <span className={styles.squares}>
              {all.map((square, at) => {
                if (square === null) return <i key={regions[at]} className={styles.square} aria-hidden />
                const id = `${account} ${square.region}`
                const name = visible(nameOf({ id, account, square }))
                return (
                  <button
                    key={square.region}
                    type="button"
                    className={styles.square}
                    data-kind={square.kind}
                    aria-label={name}
                    aria-pressed={chosen === id}
                    // One of them is in the order of the tabs.
                    tabIndex={id === squares[held]?.id ? 0 : -1}
                    onFocus={() => setHeld(id)}
                    title={name}
                    onClick={() => setChosen((before) => (before === id ? null : id))}
                  />
                )
              })}
            </span>
          </Fragment>
        ))}
      </div>
      {kinds.length > 0 && (
        <ul className={styles.legend} aria-hidden>
          {kinds.map((kind) => (
            <li key={kind}>
              <i className={styles.square} data-kind={kind} />
              {text.kinds[kind]}
            </li>
          ))}
        </ul>
      )}
      {about !== undefined && (
        <>
          <p className={styles.said} role="status">
            <Shown as="b" text={nameOf(about)} />{' '}
            {about.square.fault !== null && (
              <Phrase text={`${about.square.fault.message} ${about.square.fault.next}`} />
            )}
          </p>
          <div className={styles.leaves}>
            <LeaveOut region={about.square.region} />
          </div>
        </>
      )}
      <NotSeen found={found} />
      <NotSaid found={found} />
      <AllLeftOut />
    </section>
  )
}

interface PlacedSquare {
  /** Account and region. */
  readonly id: string
  readonly account: string
  readonly square: PlaceSquare
}

/** Where a key leads among the squares in their order; undefined: it is none of theirs. */
function nextSquare(key: string, squares: readonly PlacedSquare[], at: number): PlacedSquare | undefined {
  const region = squares[at]?.square.region
  const isAlong = (one: PlacedSquare) => one.square.region === region
  const here = squares[at]
  switch (key) {
    case 'ArrowRight':
      return squares[at + 1] ?? here
    case 'ArrowLeft':
      return squares[at - 1] ?? here
    // The next account of which somebody looked in the same region.
    case 'ArrowDown':
      return squares.slice(at + 1).find(isAlong) ?? here
    case 'ArrowUp':
      return squares.slice(0, at).reverse().find(isAlong) ?? here
    case 'Home':
      return squares[0]
    case 'End':
      return squares.at(-1)
    default:
      return undefined
  }
}

/** What accounts were asked of themselves and did not say, and what was done in place of it. */
function NotSaid({ found: { swept, accountName } }: { readonly found: Found }) {
  const { aliases, enabled } = useMemo(() => unsaid(swept), [swept])
  if (aliases === null && enabled === null) return null
  const line = (known: Unsaid | null, say: (accounts: readonly string[]) => string) =>
    known !== null && (
      <li key={known.why}>
        <p title={visible(known.accounts.map(accountName).join('\n'))}>
          <Phrase text={say(known.accounts.map(accountName))} />
        </p>
        <p className="quiet">
          <Phrase text={`${known.why} ${known.next}`} />
        </p>
      </li>
    )
  return (
    <details className={styles.unseen}>
      <summary className="row strong">
        <Info size={14} aria-hidden />
        {sweepsText.unsaid.title}
        <span className={styles.count}>{(aliases === null ? 0 : 1) + (enabled === null ? 0 : 1)}</span>
      </summary>
      <ul className="list">
        {line(enabled, sweepsText.unsaid.enabled)}
        {line(aliases, sweepsText.unsaid.aliases)}
      </ul>
    </details>
  )
}

/** Of whom and where; of many the first, and all on demand. */
function Where({ names }: { readonly names: readonly string[] }) {
  const said = sweepsText.unseen.where(names)
  if (names.length <= 3) return <Shown as="span" text={said} />
  return (
    <details>
      <summary>
        <Shown text={said} />
      </summary>
      <LongList
        label={sweepsText.unseen.all(names.length)}
        of={names}
        estimate={30}
        short
        item={(name) => <Shown text={name} />}
      />
    </details>
  )
}

/** What was not seen, each said once, and looked at again on a click. */
function NotSeen({ found }: { readonly found: Found }) {
  const { sweeps } = useModel()
  const running = useSweeps((state) => state.run !== null)
  const home = useApp((state) => state.app?.home ?? '')
  const unseen = useMemo(() => unseenOf(found.swept), [found.swept])
  if (unseen.length === 0) return null
  return (
    <details className={styles.unseen} open={unseen.length <= 2}>
      <summary className="row strong">
        <CircleAlert size={14} aria-hidden className="unsure" />
        {sweepsText.unseen.title}
        <span className={styles.count}>{unseen.length}</span>
      </summary>
      <ul className="list">
        {unseen.map(({ fault, where, lookers, regions }) => (
          <li key={`${fault.message} ${where[0]}`}>
            <Phrase as="p" text={shortPaths(fault.message, home)} />
            <p className="quiet">
              <Phrase text={shortPaths(fault.next, home)} />
            </p>
            <p className={styles.where}>
              <Where names={where} />
              {regions.length === 1 && <LeaveOut region={regions[0] ?? ''} />}
              {lookers.length > 0 && (
                <Button
                  small
                  icon={RotateCw}
                  disabled={running}
                  aria-label={visible(
                    sweepsText.unseen.againFor(
                      where.length > 0 ? sweepsText.unseen.where(where) : fault.message,
                    ),
                  )}
                  onClick={() => void sweeps.lookAgain(lookers, regions)}
                >
                  {sweepsText.unseen.again}
                </Button>
              )}
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}
