import { useEffect, useMemo, useRef } from 'react'
import { visible } from '../../shared/visible'
import { groundOf } from '../pending/commit'
import type { Field } from '../pending/fields'
import { narrowed, type Offer, offerGroups } from '../pending/offers'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { useApp, useEdits, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './CellEditor.module.css'

/** How many suggestions are drawn; typing narrows them. */
const most = 60

/** What a field offers for a row; once something was typed, only what says it. */
export function useOffers(field: Field, row: Row, text: string, typed: boolean): readonly Offer[] {
  const model = useModel()
  const choices = useEdits((state) => state.choices)
  const fleet = useApp((state) => state.fleet)
  const all = useMemo(() => {
    void choices
    void fleet
    const ground = groundOf(model)
    return ground === null ? [] : field.offers(row, ground)
  }, [model, field, row, choices, fleet])
  return useMemo(() => (typed ? narrowed(all, text) : all).slice(0, most), [all, text, typed])
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
      {offerGroups(offers).map(({ name, offers: of }) => {
        const drawn = of.map((offer) => (
          <OneOffer
            key={offer.value}
            id={`${id}-${offers.indexOf(offer)}`}
            offer={offer}
            active={offers[active] === offer}
            onChoose={onChoose}
          />
        ))
        return name === null ? (
          drawn
        ) : (
          <div key={name} role="group" aria-label={name}>
            <Shown as="div" className={styles.group} aria-hidden text={name} />
            {drawn}
          </div>
        )
      })}
    </div>
  )
}

interface OneOfferProps {
  readonly id: string
  readonly offer: Offer
  readonly active: boolean
  readonly onChoose: (value: string) => void
}

function OneOffer({ id, offer: { value, label, hint, barred }, active, onChoose }: OneOfferProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={barred !== undefined || undefined}
      className={styles.offer}
      title={barred ?? (label === undefined ? undefined : visible(value))}
      onPointerDown={(event) => {
        event.preventDefault()
        if (barred === undefined) onChoose(value)
      }}
    >
      <Shown as="span" text={label ?? value} />
      {(hint !== '' || barred !== undefined) && <Shown as="small" className="cut" text={barred ?? hint} />}
    </div>
  )
}
