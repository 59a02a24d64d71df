import { CircleCheck, ShieldCheck, X } from 'lucide-react'
import { findingTitle } from '../../shared/findings/finding-kinds'
import { type FixOutcome, fixOutcome } from '../rows/fix-outcome'
import { verify } from '../store/verifying'
import { findingsText } from '../text/finding-texts'
import { Button } from '../ui/Button'
import { Mark } from '../ui/Mark'
import { useApp, useFindings, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { severityIcons } from '../ui/severity'
import styles from './Findings.module.css'
import { tones } from './SeverityIcon'

const text = findingsText.outcome

/** What became of fixes that were written, until it is dismissed; screen readers are told as soon as it is judged. */
export function Outcome() {
  const { rows } = useModel()
  const written = useFindings((state) => state.written)
  const report = useApp((state) => state.reports[state.environment])
  // Rows are computed again where anything is known anew.
  useApp((state) => state.fleet)
  const isRead = written !== null && report !== written.before
  const judged = isRead ? fixOutcome(written, (id) => rows.get(id)) : null
  return (
    <div role="status" aria-label={text.title}>
      {written !== null &&
        (judged === null ? <p className={styles.outcome}>{text.judging}</p> : <Judged {...judged} />)}
    </div>
  )
}

function Judged({ of, came, unverified }: FixOutcome) {
  const model = useModel()
  const gone = of.filter(({ left }) => left.length === 0)
  return (
    <div className={styles.outcome}>
      <ul>
        {gone.length > 0 && (
          <li>
            <Mark icon={CircleCheck} tone="ok">
              {text.gone(gone.map(({ kind }) => [findingTitle(kind.id), kind.contexts.length]))}
            </Mark>
          </li>
        )}
        {of
          .filter(({ left }) => left.length > 0)
          .map(({ kind: { id, severity, contexts }, left, why }) => (
            <li key={`${severity} ${id}`}>
              <Mark icon={severityIcons[severity]} tone={tones[severity]}>
                {text.left(findingTitle(id), left.length, contexts.length)}
              </Mark>
              {why.map((message) => (
                <Phrase key={message} as="p" className="soft" text={message} />
              ))}
            </li>
          ))}
        {came.map(({ title, severity, contexts }) => (
          <li key={title}>
            <Mark icon={severityIcons[severity]} tone={tones[severity]}>
              {text.came(title, contexts)}
            </Mark>
          </li>
        ))}
        {unverified.length > 0 && (
          <li className="row">
            {text.unverified(unverified.length)}
            <Button small icon={ShieldCheck} onClick={() => void verify(model.checking, unverified)}>
              {text.verify}
            </Button>
          </li>
        )}
      </ul>
      <Button small kind="plain" icon={X} label={text.dismiss} onClick={model.findings.dismiss} />
    </div>
  )
}
