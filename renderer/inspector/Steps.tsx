import { ago, duration } from '../rows/age'
import type { Row } from '../rows/rows'
import { text } from '../text/page'
import { linesOf, shortPaths } from '../text/path'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Inspector.module.css'
import { Section } from './Section'

/** What the check did, step by step with times; while it runs, the steps so far. */
export function Steps({ row }: { readonly row: Row }) {
  const now = useApp((state) => state.now)
  const steps = row.running ? row.live : (row.check?.steps ?? [])
  if (steps.length === 0 && (row.running || row.check === null)) return null
  const when =
    row.running || row.check === null
      ? undefined
      : text.inspector.lastCheck(ago(row.check.at, Math.max(now, row.check.at)))
  return (
    <Section title={text.inspector.steps} aside={when}>
      {steps.length === 0 ? (
        <p className={styles.quiet}>{text.inspector.noSteps}</p>
      ) : (
        <ol className={styles.steps}>
          {steps.map((step) => (
            <li key={`${step.kind} ${step.title}`} data-outcome={step.outcome}>
              <span className={styles.dot} role="img" aria-label={text.inspector.outcomes[step.outcome]} />
              <div>
                <b>
                  <Shown text={step.title} />
                </b>
                <Lines text={step.detail} />
              </div>
              {step.outcome !== 'skipped' && <span className={styles.ms}>{duration(step.ms)}</span>}
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

/** A command and what it wrote to standard error, a line each. */
function Lines({ text: detail }: { readonly text: string }) {
  const home = useApp((state) => state.app?.home ?? '')
  let at = 0
  return linesOf(detail).map((line) => {
    const key = at
    at += line.length + 1
    return (
      <p key={key}>
        <Shown text={shortPaths(line, home)} />
      </p>
    )
  })
}
