import {
  bothModes,
  isLockedOut,
  type Migration,
  type MigrationRow,
  migrationSays,
  moveOf,
  namedBy,
} from '../../shared/identity/migration'
import { partitionOfRegion } from '../../shared/identity/regions'
import { clustersText as text } from '../text/cluster-texts'
import { useOffer } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Access.module.css'
import type { AccessOf } from './OneEach'
import { Steps } from './Steps'

/** aws-auth beside access entries: who would be locked out if these alone decided, and what takes a line over, to copy. */
export function Migrating({
  cluster: { name, region, arn },
  access: { mode },
  migration,
}: AccessOf & { readonly migration: Migration }) {
  const offer = useOffer()
  if (name === null || region === null) return null
  const where = { name, region, partition: arn?.split(':')[1] ?? partitionOfRegion(region), mode }
  const moves = migration.rows.flatMap((row) => {
    const move = moveOf(where, row, offer)
    return move === null ? [] : [{ row, ...move }]
  })
  const first = bothModes(where, offer)
  const both = migration.rows.filter((row) => row.in === 'both')
  const says = [
    // The list above says the rest.
    ...migrationSays({ ...migration, ignored: [] }, null),
    ...both.map((row) => text.migration.both(namedBy(row), differs(row))),
  ]
  const out = migration.unread.length > 0 ? null : migration.rows.filter(isLockedOut).length
  return (
    <details className={styles.migrating}>
      <summary>{text.migration.title(out)}</summary>
      {says.map((said) => (
        <Shown as="p" key={said} className="body above-10 lines-18" text={said} />
      ))}
      {moves.length > 0 && (
        <div className={styles.letIn}>
          <p className="quiet">{text.letIn.who}</p>
          {first !== null && <Steps steps={[first]} />}
          {moves.map(({ row, steps, left }) => (
            <section key={row.principal} aria-label={namedBy(row)}>
              <Shown as="h4" text={namedBy(row)} />
              {left.map((said) => (
                <Shown as="p" key={said} className="unsure" text={said} />
              ))}
              <Steps steps={steps} />
            </section>
          ))}
        </div>
      )}
    </details>
  )
}

const differs = ({ differences }: MigrationRow): string | null =>
  differences?.map(({ what, entry, awsAuth }) => text.migration.differs[what](entry, awsAuth)).join(', ') ??
  null
