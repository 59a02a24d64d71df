import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { type Fact, isTelling } from '../../shared/trust/command-question'
import { isTyped, type QuestionBridge, restMs, type ShownQuestion } from '../../shared/trust/question-text'
import { Button } from '../ui/Button'
import { FactValue } from '../ui/FactValue'
import styles from './QuestionPage.module.css'

interface QuestionPageProps {
  readonly question: ShownQuestion
  readonly bridge: QuestionBridge
}

/**
 * What main asks, whole. Enter and Escape refuse. Allow has to be gone to and takes Space alone: Enter on it says so and answers
 * nothing, because it is what a hand presses that meant something else. Allow rests for a second after anything that may have put it
 * under a pointer or a key that was meant for something else. Main holds that, too.
 */
export function QuestionPage({ question, bridge }: QuestionPageProps) {
  const { title, lead, parts, note, refuse: refusal, allow, typed: asked } = question
  const { resting, rests, rest } = useRest(bridge)
  const [seen, facts] = useSeen()
  const refuse = useRef<HTMLButtonElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const [complete, setComplete] = useState(false)
  const [enterOnAllow, setEnterOnAllow] = useState(false)
  const [wrong, setWrong] = useState(false)
  const answer = useCallback(
    async (allowed: boolean, keep = false) => {
      // A press may come before what made Allow rest is drawn.
      if (allowed && rests()) return
      const typed = field.current?.value.trim() ?? ''
      if (allowed && asked !== undefined && !isTyped(asked, typed)) return
      const given = allowed && asked !== undefined ? { typed, keep } : undefined
      if (!(await bridge.answer(allowed, given))) rest()
    },
    [bridge, rests, rest, asked],
  )
  // With what is drawn: a key for a question that is seen must not be lost.
  useLayoutEffect(() => {
    document.title = title
    ;(field.current ?? refuse.current)?.focus()
  }, [title])
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A key that is held down was pressed for something else.
      if (event.repeat && (event.key === ' ' || event.key === 'Enter')) event.preventDefault()
      else if (event.key === 'Enter' && isAllow(event.target, refuse.current)) {
        event.preventDefault()
        setEnterOnAllow(true)
      } else if (event.key === 'Enter' || event.key === 'Escape') {
        event.preventDefault()
        // What was typed was typed for this: Enter gives it. In every other place and moment it refuses.
        const inField = event.key === 'Enter' && event.target === field.current
        const gives = inField && asked !== undefined && isTyped(asked, field.current?.value ?? '')
        // A name is long, and a slip in it is no answer.
        if (inField && !gives && asked?.name != null) setWrong(true)
        else void answer(gives)
      }
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [answer, asked])
  return (
    <main className={styles.page}>
      <header>
        <h1>{title}</h1>
        <p className={styles.lead}>{lead}</p>
      </header>
      <section ref={facts} className={styles.facts} aria-label="What is asked about" tabIndex={0}>
        {numbered(parts).map(([part, facts]) => (
          <dl key={part} className={styles.part}>
            {numbered(facts).map(([line, { label, value, change }]) => (
              <div
                key={line}
                className={styles.fact}
                data-change={change}
                data-telling={isTelling(label, value)}
              >
                <dt>
                  {change !== undefined && <Mark change={change} />}
                  {label}
                </dt>
                <dd>
                  <FactValue label={label} value={value} />
                </dd>
              </div>
            ))}
          </dl>
        ))}
      </section>
      {asked !== undefined && (
        <div className={styles.typed} data-name={asked.name !== null || undefined}>
          <label htmlFor="typed">{asked.label}</label>
          <input
            id="typed"
            className="input"
            ref={field}
            {...(asked.name === null ? sixDigits : { type: 'text', spellCheck: false })}
            autoComplete="off"
            aria-describedby="note"
            onChange={(event) => {
              setComplete(isTyped(asked, event.target.value))
              setWrong(false)
            }}
          />
          <p id="note" className="fill small">
            {note}
          </p>
        </div>
      )}
      <footer className={styles.footer}>
        <p className="fill small">
          {!seen && allow !== null && (
            <strong>There is more below: scroll to the end to be able to answer yes.</strong>
          )}
          {asked === undefined && note}
          {wrong && <strong role="alert">That is not its name.</strong>}
          {enterOnAllow && <strong role="status">Enter does not allow. Press Space to allow.</strong>}
        </p>
        {/* What Enter does is filled, and nothing else: the refusal, or the code that was typed. */}
        <Button
          ref={refuse}
          kind={asked === undefined ? 'primary' : 'outline'}
          onClick={() => void answer(false)}
        >
          {refusal}
        </Button>
        {asked?.keep != null && (
          <Button disabled={resting || !seen || !complete} onClick={() => void answer(true, true)}>
            {asked.keep}
          </Button>
        )}
        {allow !== null && (
          <Button
            kind={asked === undefined ? 'danger-outline' : 'primary'}
            disabled={resting || !seen || (asked !== undefined && !complete)}
            onClick={() => void answer(true)}
          >
            {allow}
          </Button>
        )}
      </footer>
    </main>
  )
}

const sixDigits = { type: 'password', inputMode: 'numeric', maxLength: 6 } as const

/** Whether the keyboard is on a button that answers yes. */
const isAllow = (target: EventTarget | null, refuse: HTMLButtonElement | null): boolean =>
  target instanceof HTMLButtonElement && target !== refuse

/** A sign for eyes, a word for those who have it read out. */
function Mark({ change }: { readonly change: NonNullable<Fact['change']> }) {
  const [sign, word] = change === 'gone' ? ['−', 'goes: '] : ['+', 'comes: ']
  return (
    <>
      <span className={styles.sign} aria-hidden>
        {sign}
      </span>
      <span className="visually-hidden">{word}</span>
    </>
  )
}

/** The lines of a question have no name of their own, the same one may occur twice, and they never change. */
const numbered = <T,>(list: readonly T[]): readonly (readonly [number, T])[] => [...list.entries()]

/** Whether all of it was in view, down to its end: what cannot have been read is not allowed. */
function useSeen(): readonly [seen: boolean, facts: RefObject<HTMLElement | null>] {
  const [seen, setSeen] = useState(false)
  const facts = useRef<HTMLElement>(null)
  useEffect(() => {
    const region = facts.current
    if (region === null) return
    const look = () => {
      if (region.scrollTop + region.clientHeight >= region.scrollHeight - 2) setSeen(true)
    }
    look()
    region.addEventListener('scroll', look)
    window.addEventListener('resize', look)
    return () => {
      region.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [])
  return [seen, facts]
}

/** Whether Allow rests: as it is drawn (`resting`), and at this moment (`rests`). `rest` makes it rest anew. */
function useRest(bridge: QuestionBridge) {
  const [resting, setResting] = useState(true)
  const since = useRef(Number.NEGATIVE_INFINITY)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const rests = useCallback(() => performance.now() - since.current < restMs, [])
  const rest = useCallback(() => {
    since.current = performance.now()
    setResting(true)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setResting(document.visibilityState !== 'visible'), restMs + 50)
  }, [])
  useLayoutEffect(() => {
    rest()
    bridge.onRest(rest)
    // Uncovered: Chromium says so of a window that others had hidden, and the pointer comes in where one lay over it.
    document.addEventListener('visibilitychange', rest)
    document.documentElement.addEventListener('mouseenter', rest)
    window.addEventListener('focus', rest)
    return () => {
      clearTimeout(timer.current)
      document.removeEventListener('visibilitychange', rest)
      document.documentElement.removeEventListener('mouseenter', rest)
      window.removeEventListener('focus', rest)
    }
  }, [bridge, rest])
  return { resting, rests, rest }
}
