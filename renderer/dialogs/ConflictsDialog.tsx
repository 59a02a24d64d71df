import { Fragment } from 'react'
import type { Conflict } from '../../shared/edits/conflicts'
import { idsOf } from '../../shared/edits/kinds'
import { isMap, type Json } from '../../shared/json'
import { conflictKey } from '../pending/rebase'
import { descriptionsOf } from '../pending/titles'
import { editText } from '../text/edits'
import { Button } from '../ui/Button'
import { useApp, useEdits, useModel } from '../ui/model'
import { Named, Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import styles from './Forms.module.css'

const text = editText.conflicts

/** Values that both sides changed: each with both values, and the user's choice. */
export function ConflictsDialog({ inReview }: { readonly inReview: boolean }) {
  const model = useModel()
  const conflicts = useEdits((state) => state.conflicts)
  const all = (side: 'mine' | 'theirs') => {
    for (const conflict of conflicts)
      if (side === 'theirs' || !isGone(conflict)) model.edits.resolve(conflict, side)
  }
  return (
    <Window
      wide
      onClose={inReview ? () => model.edits.open({ kind: 'review' }) : undefined}
      title={text.title(conflicts.length)}
      lead={text.lead}
      // For a single conflict its own two buttons are enough.
      acts={
        conflicts.length > 1 && (
          <>
            <Button onClick={() => all('theirs')}>{text.allTheirs}</Button>
            <Button disabled={conflicts.every(isGone)} onClick={() => all('mine')}>
              {text.allMine}
            </Button>
          </>
        )
      }
    >
      <div className="dialog-body">
        {conflicts.map((conflict) => (
          <section key={conflictKey(conflict)} className={styles.conflict}>
            <h3>
              <Named name={conflict.name} where />{' '}
              <Shown
                as="span"
                className={styles.quiet}
                text={`${conflict.kind} · ${conflict.field || text.entry}`}
              />
            </h3>
            <p className={styles.itWas}>
              {text.was} <Shown as="code" text={said(conflict.was, conflict.field)} />
            </p>
            <div className="two gap-10 above-6">
              {(['mine', 'theirs'] as const).map((side) => (
                <div key={side} className={styles.side}>
                  <h4>{text[side]}</h4>
                  {side === 'mine' && isGone(conflict) ? (
                    <EditsOf conflict={conflict} />
                  ) : (
                    <Value is={conflict[side]} was={conflict.was} field={conflict.field} />
                  )}
                  {side === 'mine' && isGone(conflict) ? (
                    <p className={styles.quiet}>{text.cannot}</p>
                  ) : (
                    <Button small onClick={() => model.edits.resolve(conflict, side)}>
                      {side === 'mine'
                        ? text.takeMine
                        : isGone(conflict)
                          ? text.discardMine
                          : text.takeTheirs}
                    </Button>
                  )}
                </div>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Window>
  )
}

/** The pending edits of an entry that is gone; where only other edits name it, its planned result. */
function EditsOf({ conflict }: { readonly conflict: Conflict }) {
  const pending = useEdits((state) => state.pending)
  const snapshot = useApp((state) => state.snapshot)
  const edits = pending.map(({ edit }) => edit)
  const own = (snapshot === null ? [] : descriptionsOf(snapshot, edits)).filter((_, at) => {
    const edit = edits[at]
    return edit && idsOf(edit).some(({ id }) => id === conflict.entry)
  })
  if (own.length === 0) return <Value is={conflict.mine} was={conflict.was} field={conflict.field} />
  return own.map(({ what, now }) => (
    <Shown as="code" key={what} text={now === null ? what : `${what} → ${now}`} />
  ))
}

interface ValueProps {
  readonly is: Json
  readonly was: Json
  readonly field: string
}

/** A value on one side. New items of a list are marked. */
function Value({ is, was, field }: ValueProps) {
  if (!isTexts(is) || !isTexts(was)) return <Shown as="code" text={said(is, field)} />
  const before = new Set(was)
  const seen = new Map<string, number>()
  return (
    <code>
      {is.map((item) => {
        const times = (seen.get(item) ?? 0) + 1
        seen.set(item, times)
        return (
          <Fragment key={`${item} ${times}`}>
            <Shown as="span" className={before.has(item) ? 'word' : 'word changed'} text={item} />{' '}
          </Fragment>
        )
      })}
    </code>
  )
}

/** Whether another program deleted or renamed the entry: its edits have no target then. */
const isGone = ({ field, theirs }: Conflict): boolean => field === '' && theirs === null

const isTexts = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

/** A value as a line: text as it is, lists by their items, maps by their keys. Null is a value that is not set, or an entry that is gone. */
function said(value: Json, field: string): string {
  if (value === null) return field === '' ? text.gone : editText.none
  if (typeof value === 'string') return value
  if (isTexts(value)) return value.join(' ')
  if (isMap(value))
    return Object.entries(value)
      .map(([key, inner]) => `${key}: ${said(inner, key)}`)
      .join(', ')
  return JSON.stringify(value)
}
