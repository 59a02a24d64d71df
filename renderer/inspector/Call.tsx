import { Ban, CircleAlert, CircleCheck, Info, ShieldQuestion, TriangleAlert } from 'lucide-react'
import { visible } from '../../shared/visible'
import type { Row } from '../rows/rows'
import { comparisonSentence, sentence } from '../rows/summary'
import { environmentText, text } from '../text/page'
import { shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { FixButton } from './FixButton'
import styles from './Inspector.module.css'

const icons = { ok: CircleCheck, bad: TriangleAlert, warn: CircleAlert, no: Ban, info: Info }

/** The sentence about the context: what was observed, what is wrong, what to do; with buttons that do it. */
export function Call({ row }: { readonly row: Row }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const home = useApp((state) => state.app?.home ?? '')
  const now = useApp((state) => state.now)
  const said = sentence(row, environment, Math.max(now, row.check?.at ?? 0))
  const compared = comparisonSentence(row, environment)
  const Icon = icons[said.tone]
  const keys = row.findings.find(({ id }) => id === 'env-keys-win')
  const code = row.stale === null ? row.check?.problem?.code : undefined
  return (
    <>
      <div className={styles.call} data-tone={said.tone}>
        <Icon size={16} aria-hidden />
        <div className={styles.said}>
          <b>{visible(shortPaths(said.title, home))}</b>
          {said.body !== '' && (
            <p>
              <Phrase text={shortPaths(said.body, home)} />
            </p>
          )}
          {said.next !== null && (
            <p className={styles.next}>
              <Phrase text={shortPaths(said.next, home)} />
            </p>
          )}
          {row.verdict === 'mismatch' && row.stale === null && keys?.severity === 'error' && (
            <FixButton finding={keys} row={row} primary />
          )}
          {(code === 'file-not-trusted' || code === 'cluster-insecure') && (
            <Button small icon={ShieldQuestion} onClick={() => void model.askDestination(row.id)}>
              {code === 'cluster-insecure' ? text.inspector.trustInsecure : text.inspector.trustFile}
            </Button>
          )}
          {(code === 'command-not-allowed' || code === 'process-not-allowed') && (
            <Button small icon={ShieldQuestion} onClick={() => void model.verify([row.id], true)}>
              {text.inspector.allowCommand}
            </Button>
          )}
        </div>
      </div>
      {compared !== null && row.comparison !== null && (
        <div className={styles.compared}>
          <b>
            {text.inspector.inEnvironments}: {environmentText[environment]},{' '}
            {environmentText[row.comparison.environment]}
          </b>
          <p className={styles.words} data-differs={row.comparison.differs || undefined}>
            {visible(compared)}
          </p>
        </div>
      )}
    </>
  )
}
