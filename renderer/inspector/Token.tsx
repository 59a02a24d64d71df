import { timeLeft } from '../../shared/age'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Facts, Section } from './Frame'
import styles from './Inspector.module.css'

const time = (at: number) => new Date(at).toLocaleTimeString()

/** The facts that the token holds; the token itself never reaches the page. */
export function Token({ row }: { readonly row: Row }) {
  const now = useApp((state) => state.now)
  const token = row.check?.token ?? null
  if (token === null)
    return (
      <p className={styles.calm}>
        {row.check === null
          ? row.pending?.kind === 'added'
            ? text.token.notWritten
            : text.token.none
          : row.verdict === 'unsupported'
            ? text.token.other
            : text.token.stopped}
      </p>
    )
  const facts: readonly (readonly [string, string] | null)[] = [
    [text.token.host, token.host],
    [text.token.keyId, token.accessKeyId],
    [text.token.kind, token.temporary ? text.token.temporary : text.token.longTerm],
    token.cluster === null ? null : [text.token.cluster, token.cluster],
    [text.token.signed, time(token.signedAt)],
    [text.token.valid, `${time(token.validUntil)} · ${timeLeft(token.validUntil, now)}`],
    token.expirationTimestamp === null ? null : [text.token.says, time(token.expirationTimestamp)],
  ]
  return (
    <Section>
      <Facts of={facts.map((fact) => fact && [fact[0], <Shown key={fact[0]} text={fact[1]} />])} />
      <p className={styles.quiet}>{text.token.note}</p>
    </Section>
  )
}
