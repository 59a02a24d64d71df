import { Copy } from 'lucide-react'
import type { LetInStep } from '../../shared/identity/let-in'
import { clustersText as text } from '../text/cluster-texts'
import { Button } from '../ui/Button'
import { CodeLine } from '../ui/CodeLine'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Access.module.css'

/** What an administrator runs or writes, one after the other, to copy. */
export function Steps({ steps }: { readonly steps: readonly LetInStep[] }) {
  const model = useModel()
  return (
    <ol>
      {steps.map(({ does, command, text: lines }) => (
        <li key={does}>
          <Shown as="p" text={does} />
          {command !== null && <CodeLine offer={{ command, text: does }} />}
          {lines !== null && (
            <div className={styles.lines}>
              <pre>
                {/* Each by itself: within a name a break would be a hidden character. */}
                {lines
                  .trimEnd()
                  .split('\n')
                  .map((line) => (
                    <Shown as="span" key={line} text={line} />
                  ))}
              </pre>
              <Button
                kind="plain"
                small
                icon={Copy}
                label={text.letIn.copy}
                onClick={() => void model.copy(lines, text.letIn.copiedText)}
              />
            </div>
          )}
        </li>
      ))}
    </ol>
  )
}
