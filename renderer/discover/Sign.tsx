import { Check, CircleDashed, Clock, Plus } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Way } from '../../shared/identity/who-enters-where'
import { verdictRank } from '../text/page'
import { sweepsText } from '../text/sweep-texts'
import { useSweeps } from '../ui/model'
import { VerdictIcon } from '../ui/VerdictMark'
import { type CellSign, signOf } from './cell'
import styles from './Discover.module.css'
import { type Found, usePendingNames } from './use-found'

/** Of those without an icon the style sheet draws what there is. */
const icons: Partial<Readonly<Record<CellSign['kind'], ReactNode>>> = {
  works: <Check size={12} strokeWidth={3} />,
  unchecked: <CircleDashed size={13} strokeWidth={2.1} />,
  unintended: <Check size={12} strokeWidth={3} />,
  may: <Plus size={13} strokeWidth={2.3} />,
  ticked: <Check size={13} strokeWidth={3} />,
  pending: <Clock size={12} strokeWidth={2.3} />,
}

/** The sign of a cell; its meaning is in the words next to it or in the accessible name. */
export function Sign({ kind, verdict }: CellSign) {
  // A head says why no context can be made there, and the ground of a cell that nothing is known.
  if (kind === 'dead') return null
  return (
    <span className={styles.sign} data-sign={kind} data-verdict={verdict} aria-hidden>
      {verdict !== undefined && <VerdictIcon shown={verdict} size={13} />}
      {icons[kind]}
    </span>
  )
}

const text = sweepsText.legend

const words: readonly (readonly [says: string, kind: CellSign['kind']])[] = [
  [text.works, 'works'],
  [text.unintended, 'unintended'],
  [text.fails, 'fails'],
  [text.unchecked, 'unchecked'],
  [text.may, 'may'],
  [text.ticked, 'ticked'],
  [text.pending, 'pending'],
  [text.mayNot, 'may-not'],
  [text.unknown, 'unknown'],
]

/** What the signs mean, of those that are there. */
export function Legend({ found }: { readonly found: Found }) {
  const ticked = useSweeps((state) => state.ticked.size > 0)
  const pending = usePendingNames().size > 0
  const signs = useMemo(() => {
    const { ways, accounts } = found.matrix
    const dead = accounts.flatMap(({ columns }) =>
      columns.flatMap(({ cluster, notReady }) =>
        notReady === null ? [] : [`${JSON.stringify(cluster.arn)}]`],
      ),
    )
    const isDrawn = ([cell, way]: readonly [string, Way]) =>
      way.kind === 'works' || way.kind === 'does-not' || !dead.some((end) => cell.endsWith(end))
    const all = [...ways].filter(isDrawn).map(([, way]) => signOf(way))
    return new Map(all.map((sign) => [`${sign.kind} ${sign.verdict ?? ''}`, sign]))
  }, [found])
  const there: readonly CellSign[] = [
    ...[...signs.values()].sort((a, b) => rankOf(a) - rankOf(b)),
    ...(ticked ? [{ kind: 'ticked' } as const] : []),
    ...(pending ? [{ kind: 'pending' } as const] : []),
  ]
  return (
    <ul className={styles.legend} aria-label={text.label}>
      {words.map(([says, kind]) => {
        const own = there.filter((sign) => sign.kind === kind)
        return (
          own.length > 0 && (
            <li key={kind} className="spare">
              {own.map((sign) => (
                <Sign key={sign.verdict ?? sign.kind} {...sign} />
              ))}
              {says}
            </li>
          )
        )
      })}
    </ul>
  )
}

const rankOf = ({ verdict }: CellSign): number => (verdict === undefined ? 0 : verdictRank(verdict))
