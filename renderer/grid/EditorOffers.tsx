import { useMemo } from 'react'
import { visible } from '../../shared/visible'
import { fieldInputs } from '../pending/commit'
import type { Field } from '../pending/editable-fields'
import { narrowed, type Offer, offerGroups } from '../pending/offers'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { useApp, useEdits, useModel } from '../ui/model'
import { OfferList } from '../ui/OfferList'
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
    const inputs = fieldInputs(model)
    return inputs === null ? [] : field.offers(row, inputs)
  }, [model, field, row, choices, fleet])
  return useMemo(() => (typed ? narrowed(all, text) : all).slice(0, most), [all, text, typed])
}

interface EditorOffersProps {
  /** The combobox of the editor names the list by it. */
  readonly id: string
  readonly offers: readonly Offer[]
  /** Which one the arrows have come to; -1 for none. */
  readonly active: number
  readonly onChoose: (value: string) => void
}

/** What can be chosen instead of typed. */
export const EditorOffers = ({ id, offers, active, onChoose }: EditorOffersProps) => (
  <OfferList
    id={id}
    label={editText.cell.offers}
    groups={offerGroups(offers)}
    active={active}
    className={styles.offers}
    groupClass={styles.group}
    option={({ value, label, hint, barred }) => ({
      name: value,
      'aria-disabled': barred !== undefined || undefined,
      className: styles.offer,
      title: barred ?? (label === undefined ? undefined : visible(value)),
      children: (
        <>
          <Shown as="span" text={label ?? value} />
          {(hint !== '' || barred !== undefined) && (
            <Shown as="small" className="cut" text={barred ?? hint} />
          )}
        </>
      ),
    })}
    onChoose={({ value, barred }) => barred === undefined && onChoose(value)}
  />
)
