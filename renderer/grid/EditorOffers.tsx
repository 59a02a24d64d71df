import { useEffect, useMemo, useRef } from 'react'
import { groundOf } from '../pending/commit'
import type { Field, Offer } from '../pending/fields'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useEdits } from '../ui/use-edits'
import styles from './CellEditor.module.css'

/** How many suggestions are drawn; typing narrows them. */
const most = 60

/** What a field offers for a row; once something was typed, only what says it. */
export function useOffers(field: Field, row: Row, text: string, typed: boolean): readonly Offer[] {
  const model = useModel()
  const choices = useEdits((state) => state.choices)
  const all = useMemo(() => {
    void choices
    const ground = groundOf(model)
    return ground === null ? [] : field.offers(row, ground)
  }, [model, field, row, choices])
  return useMemo(() => {
    const wanted = text.trim().toLowerCase()
    return (typed && wanted !== '' ? narrowed(all, wanted) : all).slice(0, most)
  }, [all, text, typed])
}

/** Offers that say what was typed: at their beginning, in their value, in what stands beside it. */
function narrowed(offers: readonly Offer[], wanted: string): readonly Offer[] {
  const rank = ({ value, hint }: Offer): number => {
    const at = value.toLowerCase().indexOf(wanted)
    return at === 0 ? 0 : at > 0 ? 1 : hint.toLowerCase().includes(wanted) ? 2 : 3
  }
  return offers.filter((offer) => rank(offer) < 3).sort((a, b) => rank(a) - rank(b))
}

interface EditorOffersProps {
  /** Of the editor; its combobox names the list and the active option by it. */
  readonly id: string
  readonly offers: readonly Offer[]
  /** Which one the arrows have come to; -1 for none. */
  readonly active: number
  readonly onChoose: (value: string) => void
}

/** What can be chosen instead of typed. */
export function EditorOffers({ id, offers, active, onChoose }: EditorOffersProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
    void active
  }, [active])
  return (
    <div
      ref={list}
      id={`${id}-offers`}
      role="listbox"
      aria-label={editText.cell.offers}
      className={styles.offers}
      hidden={offers.length === 0}
    >
      {offers.map(({ value, hint }, at) => (
        <div
          key={value}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === active}
          className={styles.offer}
          onPointerDown={(event) => {
            event.preventDefault()
            onChoose(value)
          }}
        >
          <span>
            <Shown text={value} />
          </span>
          {hint !== '' && (
            <small>
              <Shown text={hint} />
            </small>
          )}
        </div>
      ))}
    </div>
  )
}
