import { CircleAlert, CircleCheck, ShieldCheck, X } from 'lucide-react'
import { type FixOutcome, fixOutcome } from '../rows/fix-outcome'
import { verify } from '../store/verifying'
import { findingsText } from '../text/finding-texts'
import { Button } from '../ui/Button'
import { Mark } from '../ui/Mark'
import { useAudit, useFindings, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { severityIcons } from '../ui/severity'
import styles from './Findings.module.css'
import { tones } from './SeverityIcon'

const text = findingsText.outcome

/** What became of fixes that were written, until it is dismissed; screen readers are told as soon as it is judged. */
export function Outcome() {
  const audit = useAudit((state) => state.audit)
  const written = useFindings((state) => state.written)
  const judged =
    written === null || audit === null || audit.at < written.at ? null : fixOutcome(written, audit)
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
              {text.gone(gone.map(({ line }) => [line.title, line.contexts.length]))}
            </Mark>
          </li>
        )}
        {of
          .filter(({ left }) => left.length > 0)
          .map(({ line, left, why }) => (
            <li key={line.id}>
              <Mark icon={CircleAlert} tone="bad">
                {text.left(line.title, left.length, line.contexts.length)}
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
