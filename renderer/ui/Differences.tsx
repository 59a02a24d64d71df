import { type Comparison, isPrincipal } from '../../shared/audit/compare'
import { basisWords, type DifferenceLine, differenceLines } from '../../shared/audit/compare-lines'
import type { Edit } from '../../shared/edits/edit'
import { keyShortened } from '../../shared/identity/named-identity'
import { few } from '../../shared/name-lists'
import type { Result } from '../../shared/result'
import { withoutImportedEntries } from '../pending/pending'
import { sidesOf, compareText as text, timeOf } from '../text/compare-texts'
import { shortName } from '../text/counts'
import styles from './Differences.module.css'
import { LongList } from './LongList'
import { useApp, useEdits, useModel } from './model'
import { Shown } from './Shown'
import { Tile } from './Tile'
import { useAnswer } from './use-answer'

interface DifferencesProps {
  readonly compared: Result<Comparison | null> | null
  /** Nothing but it is shown. */
  readonly tall?: boolean
}

/** What differs, a line each, with the answer first; null while main compares. */
export function Differences({ compared, tall = false }: DifferencesProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const now = useApp((state) => state.now)
  if (compared?.ok === false)
    return <Shown as="p" className="wrong" text={`${compared.fault.message} ${compared.fault.next}`} />
  const comparison = compared?.value ?? null
  if (comparison === null) return <p className="faint">{text.waiting}</p>
  const sides = sidesOf(comparison, home)
  const lines = differenceLines(comparison.changes, sides, (at) => timeOf(at, now))
  const basis = basisWords(comparison.changes, sides)
  return (
    <>
      <Shown as="p" className="strong" text={text.headline(comparison)} />
      <Shown as="p" className="small breaks" text={`${sides.was}${text.arrow}${sides.is}`} />
      {basis !== null && <Shown as="p" className="small" text={basis} />}
      {lines.length === 0 ? (
        <p className="body above-6">{text.nothing}</p>
      ) : (
        <LongList
          label={text.lines}
          of={lines}
          estimate={52}
          tall={tall}
          item={(line) => <Line {...line} />}
        />
      )}
    </>
  )
}

function Line({ kind, contexts, what, was, wasWho, is, isWho }: DifferenceLine) {
  return (
    <div className={styles.line} data-kind={kind}>
      <Shown as="b" text={few(contexts.map(shortName)).join(', ')} /> <span className="quiet">{what}</span>
      {is !== null && (
        <div className={styles.values}>
          {was !== null && (
            <>
              <Whose who={wasWho} />
              <Shown as="span" className="faint" text={was} /> <span aria-hidden>→</span>{' '}
            </>
          )}
          <Whose who={isWho} />
          <Shown as="span" className={styles.is} text={is} />
        </div>
      )}
    </div>
  )
}

/** The tile that the identity has everywhere. */
const Whose = ({ who }: { readonly who: DifferenceLine['wasWho'] }) =>
  who === null ? null : (
    <Tile who={{ key: isPrincipal(who.key) ? who.key : null, label: keyShortened(who.name) }} />
  )

/** Who acts before and after these edits, compared by main; asked anew where files, edits or tries say something new. */
export function useBeforeAndAfter(edits: readonly Edit[] | null): Result<Comparison> | null {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const snapshot = useApp((state) => state.snapshot)
  const checked = useApp((state) => state.fleet)
  const tried = useEdits((state) => state.tried)
  const sent = edits?.map(withoutImportedEntries) ?? null
  return useAnswer(
    `${environment} ${JSON.stringify(sent)}`,
    sent && (() => model.bridge.request('edits.compare', { edits: sent, environment })),
    [snapshot, checked, tried],
  )
}
