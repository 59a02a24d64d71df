import {
  ChevronDown,
  ChevronUp,
  Copy,
  Crown,
  Eye,
  Flame,
  GitCompareArrows,
  Link2,
  ListChecks,
  LogIn,
  Tag,
  Target,
  Wrench,
} from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { ago } from '../../shared/age'
import { counted } from '../../shared/counted'
import { visible } from '../../shared/visible'
import { badgeIds, columnOf } from '../rows/columns'
import { hasTerm, toggledTerm } from '../rows/filter'
import { answerOf, type Fleet, type FleetCause } from '../rows/fleet-summary'
import { text, verdictCount, verdictText, verdictWord } from '../text/page'
import { Act, Button } from '../ui/Button'
import { Health } from '../ui/Health'
import answer from '../ui/ListAnswer.module.css'
import { MenuButton } from '../ui/menus'
import { useApp, useCheckedElsewhere, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { VerdictIcon } from '../ui/VerdictMark'
import { useFitting } from './counts-in-one-row'
import styles from './Summary.module.css'

/** How many causes there are at once where there is room, beside an inspector, and in the least width; the rest on a click. */
const shownAtOnce = { wide: 3, half: 2, narrow: 1 } as const
const widths = ['wide', 'half', 'narrow'] as const

/** The answer before the list: one sentence, how many are how, and the few acts that settle most. */
export function Summary() {
  const fleet = useApp((state) => state.fleet)
  const now = useApp((state) => state.now)
  const awaited = useApp((state) => state.awaited)
  const environment = useApp((state) => state.environment)
  const [all, setAll] = useState(false)
  const otherEnvironment = useCheckedElsewhere()
  const { changing, added, verdicts: pending } = fleet.pending
  const many = fleet.causes.length
  if (fleet.contexts === 0)
    return awaited ? (
      <section className={styles.summary} aria-label={text.fleet.label}>
        <h1 data-kind="unchecked">{text.fleet.awaited(environment)}</h1>
      </section>
    ) : null
  const { kind, count, good, known, untilApplied } = answerOf(fleet)
  const unchecked = fleet.checked === 0
  const told =
    kind === 'mismatch' && untilApplied && fleet.mismatchesAs !== null
      ? text.fleet.actAs(count, visible(fleet.mismatchesAs))
      : text.fleet.answers[kind](count)
  const said = otherEnvironment ? text.fleet.toldIn(told, environment) : told
  const aside = [
    changing === 0 ? '' : text.fleet.wouldChange(changing),
    added === 0 ? '' : text.fleet.added(added),
    ...(unchecked
      ? [text.fleet.lead(fleet, otherEnvironment)]
      : [
          text.fleet.work(good, known, fleet.contexts),
          fleet.lastCheck === null ? '' : ago(fleet.lastCheck, Math.max(now, fleet.lastCheck)),
        ]),
  ]
    .filter(Boolean)
    .join(' · ')
  return (
    <section
      className={`${answer.answer} ${styles.summary}`}
      aria-label={text.fleet.label}
      // What was counted in another environment keeps its room till it is known of this one.
      data-awaited={awaited || undefined}
    >
      <div className={answer.head}>
        <h1 data-kind={kind}>
          {awaited ? text.fleet.awaited(environment) : untilApplied ? text.fleet.untilApplied(said) : said}
        </h1>
        <p
          className={`faint ${styles.aside}`}
          data-pending={changing + added > 0 || undefined}
          title={changing + added > 0 ? aside : undefined}
        >
          {aside}
        </p>
      </div>
      {!unchecked && (
        <div className={styles.bar}>
          <Health verdicts={fleet.verdicts} pending={pending} wide />
        </div>
      )}
      <Counts fleet={fleet} />
      {fleet.causes.length > 0 && (
        <div className={styles.causes}>
          <ul aria-label={text.fleet.causes}>
            {(all ? fleet.causes : fleet.causes.slice(0, shownAtOnce.wide)).map((cause) => (
              <CauseCard
                key={cause.key}
                cause={cause}
                alike={fleet.causes.some((one) => one !== cause && one.title === cause.title)}
              />
            ))}
          </ul>
          {many > shownAtOnce.narrow && (
            <button
              type="button"
              className={styles.more}
              data-beyond={widths.find((width) => many > shownAtOnce[width])}
              aria-expanded={all}
              onClick={() => setAll(!all)}
            >
              {all ? <ChevronUp size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
              {all ? (
                <Label short={text.fleet.fewer} whole={text.fleet.less} />
              ) : (
                widths.map((width) => {
                  const more = many - shownAtOnce[width]
                  return (
                    <span key={width} className={styles[width]}>
                      <Label short={text.fleet.others(more)} whole={text.fleet.more(more)} />
                    </span>
                  )
                })
              )}
            </button>
          )}
        </div>
      )}
    </section>
  )
}

/** Short for the eye, whole for those who do not see what it is beside. */
function Label({ short, whole }: { readonly short: string; readonly whole: string }) {
  return (
    <>
      <span aria-hidden>{short}</span>
      <span className="visually-hidden">{whole}</span>
    </>
  )
}

/** A count of the row: how many contexts a filter finds. */
interface CountOf {
  /** By which it gives way. */
  readonly id: string
  readonly query: string
  readonly what: string
  readonly count: number
  readonly icon: ReactNode
  /** After the number. */
  readonly word: string
}

const countsOf = (fleet: Fleet): readonly CountOf[] =>
  [
    ...fleet.verdicts
      .filter(({ shown }) => fleet.checked > 0 || shown !== 'not-checked')
      .map(({ shown, count }) => ({
        id: shown,
        query: `verdict:${verdictWord(shown)}`,
        what: verdictText[shown],
        count,
        icon: <VerdictIcon shown={shown} size={13} />,
        word: verdictCount[shown],
      })),
    ...(['error', 'warning'] as const).map((severity) => ({
      id: severity,
      query: `findings:${severity}`,
      what: text.fleet.severities[severity](fleet.severities[severity]),
      count: fleet.severities[severity],
      icon: null,
      word: text.fleet.severityWords[severity],
    })),
    ...badgeIds.map((id) => {
      const Icon = badgeIcons[id]
      return {
        id,
        query: `${columnOf(id)?.names.at(-1)}:yes`,
        what: text.fleet.badges[id],
        count: fleet.badges[id],
        icon: <Icon size={13} aria-hidden />,
        word: text.fleet.badges[id],
      }
    }),
  ].filter(({ count }) => count > 0)

/** Each filters by a click, and no longer by one more; those that have no room are in a menu. */
function Counts({ fleet }: { readonly fleet: Fleet }) {
  const row = useRef<HTMLDivElement>(null)
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const gone = useFitting(row, fleet)
  const all = countsOf(fleet)
  const rest = all.filter(({ id }) => gone.has(id))
  const chosen = ({ query }: CountOf) => hasTerm(filter, query)
  const choose = ({ query }: CountOf) => model.setFilter(toggledTerm(filter, query))
  return (
    <div
      ref={row}
      role="group"
      aria-label={text.fleet.counts}
      className={`flex above-8 gap-5 ${styles.counts}`}
    >
      {all.map((one) => (
        <button
          key={one.id}
          type="button"
          className={`${answer.count} ${styles.count}`}
          data-count={one.id}
          data-gone={gone.has(one.id) || undefined}
          data-severity={one.id === 'error' || one.id === 'warning' ? one.id : undefined}
          aria-pressed={chosen(one)}
          title={text.fleet.onlyThese(one.what)}
          onClick={() => choose(one)}
        >
          {one.icon}
          <b>{counted(one.count)}</b> {one.word}
        </button>
      ))}
      {rest.length > 0 && (
        <MenuButton
          button={{
            small: true,
            className: styles.rest,
            'aria-label': text.fleet.moreCounts(rest.length),
            'aria-pressed': rest.some(chosen),
            title: text.fleet.moreCounts(rest.length),
            children: `+${rest.length}`,
          }}
          items={({ Ticked }) =>
            rest.map((one) => (
              <Ticked
                key={one.id}
                count={one.count}
                checked={chosen(one)}
                onCheckedChange={() => choose(one)}
                closeOnClick
              >
                {one.word}
              </Ticked>
            ))
          }
        />
      )}
    </div>
  )
}

const badgeIcons = {
  production: Flame,
  admin: Crown,
  compared: GitCompareArrows,
  shared: Link2,
  expected: Target,
}

const icons = { edits: Wrench, 'sign-in': LogIn, copy: Copy, names: Tag }

interface CauseCardProps {
  readonly cause: FleetCause
  /** Another has the same title: what tells it apart is there in the smallest window, too. */
  readonly alike: boolean
}

function CauseCard({ cause, alike }: CauseCardProps) {
  const model = useModel()
  const { act, title, detail, tone, contexts, pending } = cause
  const settle = () => {
    if (act === null) return
    if (act.kind === 'edits') model.edits.add(act.edits)
    else if (act.kind === 'names') model.edits.open({ kind: 'names', rows: contexts })
    else if (act.kind === 'sign-in') model.edits.open({ kind: 'sign-in', of: act.of, contexts })
    else void model.copy(act.command, text.fleet.copiedSignIn)
  }
  return (
    <li className={styles.cause} data-tone={tone}>
      <Phrase as="h2" text={title} />
      <Phrase as="p" className={`cut small ${alike ? styles.tells : ''}`} title={detail} text={detail} />
      <div className={styles.acts}>
        {act !== null && (
          <Act icon={icons[act.kind]} title={act.label} onClick={settle}>
            {act.label}
          </Act>
        )}
        {pending && (
          <Button small kind="plain" icon={ListChecks} onClick={() => model.edits.open({ kind: 'review' })}>
            {text.fleet.fixPending}
          </Button>
        )}
        <Button
          small
          kind="plain"
          icon={Eye}
          aria-label={text.fleet.showLabel(title)}
          onClick={() => model.showOnly({ title, ids: new Set(contexts) })}
        >
          {text.fleet.show}
        </Button>
      </div>
    </li>
  )
}
