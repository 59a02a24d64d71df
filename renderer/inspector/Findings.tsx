import { CircleCheck, Wrench } from 'lucide-react'
import type { FixFinding } from '../../shared/findings/finding-rules'
import { isOpened } from '../pending/editable-fields'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { severityText } from '../text/page'
import { Act } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { severityIcons } from '../ui/severity'
import styles from './Findings.module.css'
import { Section } from './Frame'
import { fixOfRow, leadingFix } from './fixes'
import frame from './Inspector.module.css'

const order = { error: 0, warning: 1, info: 2 }

/** The context's findings, most severe first, each with its reason and remedy. */
export function Findings({ row }: { readonly row: Row }) {
  if (row.findings.length === 0)
    return (
      <p className={frame.calm}>
        <CircleCheck size={15} aria-hidden /> {text.noFindings}
      </p>
    )
  // Its button is in the answer already.
  const lead = row.pending === null && !row.running ? (leadingFix(row)?.finding ?? null) : null
  const sorted = [...row.findings].sort((one, other) => order[one.severity] - order[other.severity])
  return (
    <Section>
      <ul>
        {sorted.map((finding) => {
          const Icon = severityIcons[finding.severity]
          return (
            <li
              key={`${finding.id} ${finding.message}`}
              className={styles.finding}
              data-severity={finding.severity}
            >
              <Icon size={15} aria-label={severityText[finding.severity]} />
              <div>
                <Phrase as="p" text={finding.message} />
                {finding.advice !== null && <Phrase as="p" className={styles.advice} text={finding.advice} />}
                <p className={styles.fix}>
                  {finding !== lead && <FixButton finding={finding} row={row} />}
                  <code>{finding.id}</code>
                  {row.muted.has(finding.id) && <span className="faint">{text.muted}</span>}
                </p>
              </div>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

/** A button that makes the edits of a finding's fix pending; none where the finding has no fix. */
function FixButton({ finding, row }: { readonly finding: FixFinding; readonly row: Row }) {
  const model = useModel()
  const snapshot = useApp((state) => state.snapshot)
  const fix = fixOfRow(finding, row)
  if (fix === null || (snapshot !== null && isOpened(snapshot, row.entry))) return null
  return (
    <Act icon={Wrench} onClick={() => model.edits.add(fix.edits)}>
      {fix.label}
    </Act>
  )
}
