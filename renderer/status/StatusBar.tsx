import { Files } from 'lucide-react'
import { ago } from '../../shared/age'
import { nodeNames, text } from '../text/page'
import { useApp, useCheckedElsewhere, useChecks, useEdits } from '../ui/model'
import { ProgressBar } from '../ui/ProgressBar'
import { ProofExample } from '../ui/Proof'
import styles from './StatusBar.module.css'

/** The bottom line: how much there is, how old the knowledge is, and what is running. */
export function StatusBar() {
  // Of what is not read yet, or could not be, nothing is said: “0 contexts” would be wrong.
  const known = useApp((state) => state.snapshot !== null)
  const files = useApp((state) => state.snapshot?.files.filter((file) => file.realPath !== null).length ?? 0)
  const contexts = useApp((state) => state.snapshot?.contexts.length ?? 0)
  const pending = useEdits((state) => state.pending.length)
  const fleet = useApp((state) => state.fleet)
  const now = useApp((state) => state.now)
  // Elsewhere is no row with a proof; the inspector names its steps itself.
  const hasLegend = useApp(({ page, inspecting }) => page === 'contexts' && !inspecting)
  const { done, total } = useChecks()
  const environment = useApp((state) => state.environment)
  const otherEnvironment = useCheckedElsewhere()
  return (
    <footer className={styles.bar}>
      {known && (
        <>
          <span>
            <Files size={13} aria-hidden />
            {text.files(files)}
          </span>
          {/* Above the grid others are counted: those that there are once all is written. */}
          <span>{pending === 0 ? text.contexts(contexts) : text.status.onDisk(contexts)}</span>
          <span>
            {fleet.lastCheck === null
              ? otherEnvironment
                ? text.status.neverIn(environment)
                : text.status.never
              : text.status.last(ago(fleet.lastCheck, Math.max(now, fleet.lastCheck)))}
          </span>
        </>
      )}
      <span className="space" />
      {/* The proof of the grid once with its names, where there is room. */}
      {total === 0 && contexts > 0 && hasLegend && (
        <span className={styles.legend} title={text.status.legend}>
          <ProofExample />
          {nodeNames.join(' · ')}
        </span>
      )}
      {total > 0 && (
        <>
          <ProgressBar done={done} total={total} label={text.status.progress} className={styles.progress} />
          <span role="status">{text.verify.progress(done, total)}</span>
        </>
      )}
    </footer>
  )
}
