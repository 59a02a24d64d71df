import { Check, CircleDashed, Clock, type LucideIcon, Plus } from 'lucide-react'
import { sweepsText } from '../text/sweeps'
import { VerdictIcon } from '../ui/VerdictMark'
import type { CellSign } from './cell'
import styles from './Discover.module.css'

/** Of those without an icon the style sheet draws what there is. */
const icons: Partial<
  Readonly<
    Record<CellSign['kind'], { readonly icon: LucideIcon; readonly size: number; readonly stroke: number }>
  >
> = {
  works: { icon: Check, size: 12, stroke: 3 },
  unchecked: { icon: CircleDashed, size: 13, stroke: 2.1 },
  'let-in': { icon: Plus, size: 13, stroke: 2.3 },
  may: { icon: Plus, size: 13, stroke: 2.3 },
  ticked: { icon: Check, size: 13, stroke: 3 },
  pending: { icon: Clock, size: 12, stroke: 2.3 },
}

/** The sign of a cell; what it means stands in words beside it or in its name. */
export function Sign({ sign }: { readonly sign: CellSign }) {
  if (sign.kind === 'dead') return null
  const verdict = sign.kind === 'fails' ? sign.verdict : null
  const icon = icons[sign.kind]
  return (
    <span className={styles.sign} data-sign={sign.kind} data-verdict={verdict ?? undefined} aria-hidden>
      {verdict !== null && <VerdictIcon shown={verdict} size={13} />}
      {icon !== undefined && <icon.icon size={icon.size} strokeWidth={icon.stroke} />}
    </span>
  )
}

const text = sweepsText.legend

const legend: readonly { readonly signs: readonly CellSign[]; readonly says: string }[] = [
  { signs: [{ kind: 'works' }], says: text.works },
  {
    signs: [
      { kind: 'fails', verdict: 'mismatch' },
      { kind: 'fails', verdict: 'no-access' },
      { kind: 'fails', verdict: 'broken' },
      { kind: 'fails', verdict: 'unreachable' },
      { kind: 'fails', verdict: 'login-needed' },
      { kind: 'fails', verdict: 'expired' },
    ],
    says: text.fails,
  },
  { signs: [{ kind: 'unchecked' }], says: text.unchecked },
  { signs: [{ kind: 'let-in' }], says: text.letIn },
  { signs: [{ kind: 'may' }], says: text.may },
  { signs: [{ kind: 'ticked' }], says: text.ticked },
  { signs: [{ kind: 'may-not' }], says: text.mayNot },
  { signs: [{ kind: 'unknown' }], says: text.unknown },
]

/** What the signs mean. */
export function Legend() {
  return (
    <ul className={styles.legend} aria-label={text.label}>
      {legend.map(({ signs, says }) => (
        <li key={says} className="spare">
          {signs.map((sign) => (
            <Sign key={sign.kind === 'fails' ? sign.verdict : sign.kind} sign={sign} />
          ))}
          {says}
        </li>
      ))}
    </ul>
  )
}
