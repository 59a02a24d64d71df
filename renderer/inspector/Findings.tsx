import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { Row } from '../rows/rows'
import { severityText, text } from '../text/page'
import { Phrase } from '../ui/Shown'
import { FixButton } from './FixButton'
import styles from './Inspector.module.css'
import { Section } from './Section'

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info }
const order = { error: 0, warning: 1, info: 2 }

/** What is wrong or risky in the context, most severe first, each with why and what to do about it. */
export function Findings({ row }: { readonly row: Row }) {
  if (row.findings.length === 0) return null
  const sorted = [...row.findings].sort((left, right) => order[left.severity] - order[right.severity])
  return (
    <Section title={text.inspector.findings}>
      <ul className={styles.findings}>
        {sorted.map((finding) => {
          const Icon = icons[finding.severity]
          return (
            <li key={`${finding.id} ${finding.message}`} data-severity={finding.severity}>
              <Icon size={14} aria-label={severityText[finding.severity]} />
              <div>
                <p>
                  <Phrase text={finding.message} />
                </p>
                {finding.advice !== null && (
                  <p className={styles.quiet}>
                    {text.inspector.fixIs}
                    <Phrase text={finding.advice} />
                  </p>
                )}
                <p className={styles.fix}>
                  <FixButton finding={finding} row={row} />
                  <code>{finding.id}</code>
                </p>
              </div>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
