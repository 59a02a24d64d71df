import { useEffect } from 'react'
import { type Explanation, explained, isRefused } from '../../shared/audit/explain'
import { option } from '../../shared/shell/offered-command'
import { shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { CodeLine } from '../ui/CodeLine'
import { useApp, useAudit, useModel, useOffer, useRefusal } from '../ui/model'
import { Phrase } from '../ui/Shown'
import { Section } from './Frame'

/** All that is known of why a context is as it is. What its cluster knows of others is read only where it refuses. */
export function useExplanation(row: Row): Explanation {
  const { audit } = useModel()
  const environment = useApp((state) => state.environment)
  const now = useApp((state) => state.now)
  // Asked anew after each check that it refuses.
  const refusedAt = isRefused(row) ? (row.check?.at ?? null) : null
  const cluster = useAudit(({ audit: known }) => {
    const key = refusedAt !== null ? known?.contexts.find(({ id }) => id === row.id)?.cluster : undefined
    return known?.clusters.find((one) => one.key === key) ?? null
  })
  useEffect(() => {
    if (refusedAt !== null) void audit.loadOutdated()
  }, [audit, refusedAt])
  return explained(row, { environment, cluster, refusal: useRefusal(row), now })
}

interface ClusterKnowsProps {
  readonly row: Row
  readonly explanation: Explanation
}

/** Of a cluster that refuses: who may enter, who may give access, and the command that prints how. */
export function ClusterKnows({ row, explanation: { cluster, letIn } }: ClusterKnowsProps) {
  const offer = useOffer()
  if (cluster === null && letIn === null) return null
  return (
    <Section title={text.clusterKnows}>
      {cluster?.says.map((said) => (
        <Phrase as="p" key={said} className="body above-4 lines-18" text={said} />
      ))}
      {letIn !== null && (
        <>
          <Phrase as="p" className="body above-4 lines-18" text={letIn.says} />
          <CodeLine
            offer={offer('ekscope', 'access', shownOnDisk(row).name, option('--let-in', letIn.arn))}
          />
        </>
      )}
    </Section>
  )
}
