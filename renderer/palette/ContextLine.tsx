import { endOfKey } from '../../shared/identity/named-identity'
import { isShadowed, shownOnDisk, usedOf } from '../rows/on-disk'
import { type Acts, actsOf, nobodyText } from '../rows/proof'
import type { Row } from '../rows/rows'
import { spacedAccount } from '../text/counts'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { CrownBadge, ProductionBadge } from '../ui/Badges'
import { useModel } from '../ui/model'
import { Named, Shown } from '../ui/Shown'
import { Then } from '../ui/Then'
import { Tile } from '../ui/Tile'
import { UseStar } from '../ui/UseStar'
import { VerdictOf } from '../ui/VerdictMark'
import styles from './Palette.module.css'

/** A context in the list: its name, its identity, its cluster, and the last check. Shown as kubectl would use it now, with the
 * pending changes next to it. */
export function ContextLine({ row }: { readonly row: Row }) {
  const is = shownOnDisk(row)
  const acts = actsOf(is)
  const then = actsOf(row)
  const { now, soon } = usedOf(row)
  const renamed = is.name !== row.name
  const distinct = useModel().distinct.in('context', is.name)
  return (
    <>
      {acts === null ? <span className={styles.noTile} /> : <Tile who={acts.who} />}
      <span className="fill breaks">
        <span className={styles.name} data-renamed={renamed || undefined}>
          {row.pending?.kind === 'removed' ? (
            <Named as="s" className="line faint" name={is.name} distinct={distinct} cut />
          ) : (
            // Region and account distinguish names; a new name does that as well, and needs the room.
            <Named name={is.name} distinct={renamed ? { ...distinct, where: [] } : distinct} cut />
          )}
          <span className={styles.beside}>
            {renamed && (
              <Then>
                <Named name={row.name} cut />
              </Then>
            )}
            {(now || soon) && (
              <span title={now ? text.use.now : text.use.soon}>
                <UseStar row={row} size={12} />
                <span className="visually-hidden">{now ? text.current : text.use.currentSoon}</span>
              </span>
            )}
            {is.production && <ProductionBadge />}
            {acts?.master != null && <CrownBadge said={text.grid.master(acts.master)} />}
            {row.pending?.kind === 'added' && <span className="whole unsure">{editText.added}</span>}
            {row.pending?.kind === 'removed' && <span className="whole unsure">{editText.removed}</span>}
          </span>
        </span>
        <span className="cut small block">
          {acts === null ? nobodyText(is) : <Acting acts={acts} />}
          {acts?.who.key !== then?.who.key && (
            <>
              {' '}
              <Then>{then === null ? nobodyText(row) : <Shown text={then.who.label} />}</Then>
            </>
          )}
          {is.clusterName !== null && (
            <>
              {' · '}
              <Shown text={is.clusterName} />
            </>
          )}
          {is.accountName !== null ? (
            <>
              {' · '}
              <Shown text={is.accountName} />
            </>
          ) : (
            is.account !== null && ` · ${spacedAccount(is.account)}`
          )}
          {isShadowed(is) && ` · ${text.shadowed}`}
          {isShadowed(row) && !isShadowed(is) && (
            <>
              {' '}
              <Then>{text.shadowed}</Then>
            </>
          )}
        </span>
      </span>
      <VerdictOf row={is} />
    </>
  )
}

/** In red with the intended identity where it differs, as in the grid. */
function Acting({ acts: { who, instead } }: { readonly acts: Acts }) {
  return (
    <>
      <Shown as="span" className={who.differs ? 'differs' : undefined} text={who.label} />
      {instead !== null && (
        <>
          {` ${text.grid.not} `}
          <Shown text={endOfKey(instead.label)} />
        </>
      )}
    </>
  )
}
