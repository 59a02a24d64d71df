import { left } from '../rows/age'
import type { Row } from '../rows/rows'
import { text } from '../text/page'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Inspector.module.css'
import { Section } from './Section'

const time = (at: number) => new Date(at).toLocaleTimeString()

/** The facts that the token holds; the token itself never reaches the page. */
export function Token({ row }: { readonly row: Row }) {
  const now = useApp((state) => state.now)
  const token = row.check?.token ?? null
  if (token === null) return null
  const facts: readonly (readonly [string, string])[] = [
    [text.inspector.host, token.host],
    [text.inspector.keyId, token.accessKeyId],
    [text.inspector.kind, token.temporary ? text.inspector.temporary : text.inspector.longTerm],
    ...(token.cluster === null ? [] : [[text.inspector.cluster, token.cluster] as const]),
    [text.inspector.signed, time(token.signedAt)],
    [text.inspector.valid, `${time(token.validUntil)} · ${left(token.validUntil, now)}`],
    ...(token.expirationTimestamp === null
      ? []
      : [[text.inspector.says, time(token.expirationTimestamp)] as const]),
  ]
  return (
    <Section title={text.inspector.token}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Shown text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
