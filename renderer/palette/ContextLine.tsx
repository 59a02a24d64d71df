import { Star } from 'lucide-react'
import { actsOf, nobodyText } from '../rows/proof'
import type { Row } from '../rows/rows'
import { spaced } from '../text/counts'
import { text } from '../text/page'
import { Named } from '../ui/Named'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { VerdictMark } from '../ui/VerdictMark'
import styles from './Palette.module.css'

/** A context among others: its name, whom one is there and where, and what the last check said. */
export function ContextLine({ row }: { readonly row: Row }) {
  const acts = actsOf(row)
  return (
    <>
      {acts === null ? <span className={styles.noTile} /> : <Tile who={acts.who} />}
      <span className={styles.title}>
        <span className={styles.name}>
          <Named name={row.name} where cut />
          {row.current && (
            <span className={styles.current} title={text.palette.usesNow}>
              <Star size={12} aria-hidden />
              <span className="visually-hidden">{text.current}</span>
            </span>
          )}
        </span>
        <span className={styles.who}>
          {acts === null ? nobodyText(row) : <Shown text={acts.who.label} />}
          {row.clusterName !== null && (
            <>
              {' · '}
              <Shown text={row.clusterName} />
            </>
          )}
          {row.accountName !== null ? (
            <>
              {' · '}
              <Shown text={row.accountName} />
            </>
          ) : (
            row.account !== null && ` · ${spaced(row.account)}`
          )}
          {row.entry.origin.shadowedBy !== null && ` · ${text.shadowed}`}
        </span>
      </span>
      <VerdictMark shown={row.shown} was={row.verdict} waiting={row.waiting} withCode={row.check?.withCode} />
    </>
  )
}
