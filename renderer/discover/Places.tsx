import { CircleAlert, EyeOff, Info, RotateCw, X } from 'lucide-react'
import { Fragment, type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import { unansweredAccounts } from '../../shared/identity/search-problems'
import { visible } from '../../shared/visible'
import frame from '../inspector/Inspector.module.css'
import { type PlaceSquare, placeKinds, placesOf, unseenOf } from '../rows/sweep-matrix'
import type { LeftOut } from '../store/arrangement'
import { searchAgain } from '../store/sweep-store'
import type { Model } from '../store/window-model'
import { sweepsText } from '../text/sweep-texts'
import { Button } from '../ui/Button'
import { LongList } from '../ui/LongList'
import { useApp, useIsRunning, useModel, useRun } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import styles from './Discover.module.css'
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
  const run = useRun('search')
  const { accounts, regions } = usePlaces(found)
  return (
    <>
      <h2 className={frame.title}>
        {accounts.length === 0 ? text.none : text.title(accounts.length, regions.length)}
      </h2>
      {run !== undefined && run.total > 0 && (
        <p className={styles.count}>{sweepsText.progress(run.done, run.total)}</p>
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
            <span className="flex gap-2">
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
            <Shown as="b" text={nameOf(about)} /> <Phrase text={faultText(about.square)} />
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

const faultText = ({ fault }: PlaceSquare): string => (fault === null ? '' : `${fault.message} ${fault.next}`)

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
    // The next account in which the same region was searched.
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
  const known = useMemo(() => unansweredAccounts(swept), [swept])
  const said = (['enabled', 'aliases'] as const).flatMap((kind) => {
    const one = known[kind]
    return one === null
      ? []
      : [{ ...one, names: one.accounts.map(accountName), say: sweepsText.unsaid[kind] }]
  })
  if (said.length === 0) return null
  return (
    <OnDemand icon={<Info size={14} aria-hidden />} title={sweepsText.unsaid.title} count={said.length}>
      {said.map(({ names, say, why, next }) => (
        <li key={why}>
          <Phrase as="p" title={visible(names.join('\n'))} text={say(names)} />
          <Phrase as="p" className="quiet" text={`${why} ${next}`} />
        </li>
      ))}
    </OnDemand>
  )
}

interface OnDemandProps {
  readonly icon: ReactNode
  readonly title: string
  readonly count: number
  /** At first, too. */
  readonly open?: boolean
  readonly children: ReactNode
}

/** So many things of one kind, on demand. */
const OnDemand = ({ icon, title, count, open = false, children }: OnDemandProps) => (
  <details className={styles.unseen} open={open}>
    <summary className="row strong">
      {icon}
      {title}
      <span className={styles.count}>{count}</span>
    </summary>
    <ul className="list">{children}</ul>
  </details>
)

/** The identities and regions concerned; the first of many, and all on demand. */
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
  const { unseen: text } = sweepsText
  const running = useIsRunning('search')
  const unseen = useMemo(() => unseenOf(found.swept), [found.swept])
  if (unseen.length === 0) return null
  return (
    <OnDemand
      icon={<CircleAlert size={14} aria-hidden className="unsure" />}
      title={text.title}
      count={unseen.length}
      open={unseen.length <= 2}
    >
      {unseen.map(({ fault, where, lookers, regions }) => (
        <li key={`${fault.message} ${where[0]}`}>
          <Phrase as="p" text={fault.message} />
          <Phrase as="p" className="quiet" text={fault.next} />
          <p className={styles.where}>
            <Where names={where} />
            {regions.length === 1 && <LeaveOut region={regions[0] ?? ''} />}
            {lookers.length > 0 && (
              <Button
                small
                icon={RotateCw}
                disabled={running}
                aria-label={visible(text.againFor(where.length > 0 ? text.where(where) : fault.message))}
                onClick={() => void searchAgain(sweeps, lookers, regions)}
              >
                {text.again}
              </Button>
            )}
          </p>
        </li>
      ))}
    </OnDemand>
  )
}

const left = sweepsText.leftOut

const nameOf = (profile: string): string => (profile === '' ? sweepsText.dialog.environment : profile)

function change(model: Model, to: (without: LeftOut) => LeftOut): void {
  const { looking } = model.state.getState().view
  model.setView({ looking: { ...looking, without: to(looking.without) } })
}

/** Who searches, by the names of profiles; an empty one is the identity of the environment. */
interface Person {
  readonly name: string
  readonly profiles: readonly string[]
}

/** Leaves a region, or an identity that searches by profiles, out of searching and of what is shown; remembered. */
export function LeaveOut({ region, who }: { readonly region: string; readonly who?: Person }) {
  const model = useModel()
  const leave = (label: string, to: (without: LeftOut) => LeftOut) => (
    <Button small kind="plain" icon={EyeOff} title={left.meaning} onClick={() => change(model, to)}>
      <Shown text={label} />
    </Button>
  )
  return (
    <>
      {leave(left.region(region), (all) => ({ ...all, regions: [...all.regions, region] }))}
      {who !== undefined &&
        who.profiles.length > 0 &&
        leave(left.profile(who.name), (all) => ({ ...all, profiles: [...all.profiles, ...who.profiles] }))}
    </>
  )
}

/** What is left out, each with its way back. */
export function AllLeftOut() {
  const model = useModel()
  const without = useApp((state) => state.view.looking.without)
  if (without.regions.length + without.profiles.length === 0) return null
  const back = (of: keyof LeftOut, value: string, name: string, label: string) => (
    <Button
      small
      icon={X}
      key={label}
      label={label}
      onClick={() => change(model, (all) => ({ ...all, [of]: all[of].filter((one) => one !== value) }))}
    >
      <Shown text={name} />
    </Button>
  )
  return (
    <section className="row wrap above-8" aria-label={left.title}>
      <span className="quiet">{left.title}</span>
      {without.regions.map((region) => back('regions', region, region, left.again(region)))}
      {without.profiles.map((profile) =>
        back('profiles', profile, nameOf(profile), visible(left.againAs(nameOf(profile)))),
      )}
    </section>
  )
}
