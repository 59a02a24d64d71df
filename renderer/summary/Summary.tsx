import { ChevronDown, ChevronUp, Copy, Eye, LogIn, Tag, Wrench } from 'lucide-react'
import { useRef, useState } from 'react'
import { counted } from '../../shared/counted'
import type { Cause } from '../../shared/findings/finding-causes'
import { ago } from '../rows/age'
import { hasTerm, toggledTerm } from '../rows/filter'
import { answerOf, type Fleet } from '../rows/fleet-summary'
import { text, verdictCount, verdictText, verdictWord } from '../text/page'
import { Act, Button } from '../ui/Button'
import { Health } from '../ui/Health'
import answer from '../ui/ListAnswer.module.css'
import { useApp, useCheckedElsewhere, useEdits, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { VerdictIcon } from '../ui/VerdictMark'
import { useFitting } from './fitting'
import styles from './Summary.module.css'

/** So many causes are there at once, and where it is as narrow as it gets; the rest on a click. */
const shownAtOnce = 3
const shownNarrow = 1

/** The answer before the list: one sentence, how many are how, and the few acts that settle most. */
export function Summary() {
  const fleet = useApp((state) => state.fleet)
  const now = useApp((state) => state.now)
  const awaited = useApp((state) => state.awaited)
  const environment = useApp((state) => state.environment)
  const [all, setAll] = useState(false)
  const otherEnvironment = useCheckedElsewhere()
  const pending = useEdits((state) => state.pending.length)
  const many = fleet.causes.length
  if (fleet.contexts === 0)
    return awaited ? (
      <section className={styles.summary} aria-label={text.fleet.label}>
        <h1 data-kind="unchecked">{text.fleet.awaited(environment)}</h1>
      </section>
    ) : null
  const { kind, count, good, known } = answerOf(fleet)
  const unchecked = fleet.checked === 0
  const said =
    kind === 'unchecked' && otherEnvironment
      ? text.fleet.uncheckedIn(count, environment)
      : text.fleet.answers[kind](count)
  const aside = [
    // What is counted is what the grid shows, and that is not in the files yet.
    pending === 0 ? '' : text.fleet.withPending(pending),
    ...(unchecked
      ? [text.fleet.lead(fleet.contexts, fleet.identities, fleet.accounts, otherEnvironment)]
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
        <h1 data-kind={kind}>{awaited ? text.fleet.awaited(environment) : said}</h1>
        <p
          className={`faint ${styles.aside}`}
          data-pending={pending > 0 || undefined}
          title={pending > 0 ? aside : undefined}
        >
          {aside}
        </p>
      </div>
      {!unchecked && (
        <div className={styles.bar}>
          <Health verdicts={fleet.verdicts} wide />
        </div>
      )}
      <Counts fleet={fleet} />
      {fleet.causes.length > 0 && (
        <div className={styles.causes}>
          <ul aria-label={text.fleet.causes}>
            {(all ? fleet.causes : fleet.causes.slice(0, shownAtOnce)).map((cause, at) => (
              <CauseCard key={cause.key} cause={cause} first={at === 0} />
            ))}
          </ul>
          {many > shownNarrow && (
            <button
              type="button"
              className={styles.more}
              data-narrow={many <= shownAtOnce || undefined}
              aria-expanded={all}
              onClick={() => setAll(!all)}
            >
              {all ? <ChevronUp size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
              {all ? (
                <Label short={text.fleet.fewer} whole={text.fleet.less} />
              ) : (
                [shownAtOnce, shownNarrow].map((shown) => (
                  <span key={shown} className={shown === shownNarrow ? styles.narrow : styles.wide}>
                    <Label short={text.fleet.others(many - shown)} whole={text.fleet.more(many - shown)} />
                  </span>
                ))
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

function Counts({ fleet }: { readonly fleet: Fleet }) {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const toggle = (query: string) => model.setFilter(toggledTerm(filter, query))
  const { error, warning } = fleet.severities
  const row = useRef<HTMLDivElement>(null)
  useFitting(row, fleet)
  return (
    <div
      ref={row}
      role="group"
      aria-label={text.fleet.counts}
      className={`wrap flex above-8 gap-5 ${styles.counts}`}
    >
      {fleet.verdicts
        .filter(({ shown }) => fleet.checked > 0 || shown !== 'not-checked')
        .map(({ shown, count }) => {
          const query = `verdict:${verdictWord(shown)}`
          return (
            <button
              key={shown}
              type="button"
              className={`${answer.count} ${styles.count}`}
              data-count={shown}
              aria-pressed={hasTerm(filter, query)}
              title={text.fleet.onlyThese(verdictText[shown])}
              onClick={() => toggle(query)}
            >
              <VerdictIcon shown={shown} size={13} />
              <b>{counted(count)}</b>{' '}
              <span className="spare" data-word>
                {verdictCount[shown]}
              </span>
            </button>
          )
        })}
      {(['error', 'warning'] as const).map((severity) => {
        const count = { error, warning }[severity]
        if (count === 0) return null
        const query = `findings:${severity}`
        return (
          <button
            key={severity}
            type="button"
            className={`${answer.count} ${styles.count}`}
            data-count={severity}
            data-severity={severity}
            aria-label={text.fleet.severities[severity](count)}
            aria-pressed={hasTerm(filter, query)}
            title={text.fleet.onlyThese(text.fleet.severities[severity](count))}
            onClick={() => toggle(query)}
          >
            <b>{counted(count)}</b>{' '}
            <span className="spare" data-word>
              {text.fleet.severityWords[severity]}
            </span>
          </button>
        )
      })}
    </div>
  )
}

const icons = { edits: Wrench, 'sign-in': LogIn, copy: Copy, names: Tag }

function CauseCard({ cause, first }: { readonly cause: Cause; readonly first: boolean }) {
  const model = useModel()
  const { act, title, detail, tone, contexts } = cause
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
      <Phrase as="p" className="cut small" title={detail} text={detail} />
      <div className={styles.acts}>
        {act !== null && (
          <Act
            kind={first && tone === 'bad' ? 'primary' : 'outline'}
            icon={icons[act.kind]}
            title={act.label}
            onClick={settle}
          >
            {act.label}
          </Act>
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
