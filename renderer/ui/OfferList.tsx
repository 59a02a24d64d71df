import type { HTMLAttributes, MouseEvent } from 'react'
import { Shown } from './Shown'

/** ARIA attributes of a field that keeps the keyboard: the list below it, and the active option; -1: none. */
export const withOffers = (list: string, active: number, open = true) =>
  ({
    role: 'combobox',
    'aria-expanded': open,
    'aria-controls': open ? list : undefined,
    'aria-activedescendant': open && active >= 0 ? `${list}-${active}` : undefined,
    'aria-autocomplete': 'list',
    autoComplete: 'off',
    spellCheck: false,
  }) as const

interface OfferListProps<T> {
  readonly id: string
  readonly label: string
  readonly groups: readonly { readonly name: string | null; readonly offers: readonly T[] }[]
  /** The index of the active option, counted through all groups. */
  readonly active: number
  readonly className: string | undefined
  readonly groupClass?: string | undefined
  /** The attributes of one option. */
  readonly option: (offer: T) => HTMLAttributes<HTMLDivElement> & { readonly name: string }
  /** The pointer moves over an option. Only on movement: a list that opens under a resting pointer would choose by itself. */
  readonly onPoint?: (at: number) => void
  readonly onChoose: (offer: T, event: MouseEvent) => void
}

/** Values to choose instead of typing. */
export function OfferList<T>(props: OfferListProps<T>) {
  const { id, label, groups, active, className, groupClass, option, onPoint, onChoose } = props
  let next = 0
  return (
    <div id={id} role="listbox" aria-label={label} className={className} hidden={groups.length === 0}>
      {groups.map(({ name: group, offers }) => {
        const drawn = offers.map((offer) => {
          const { name, ...attributes } = option(offer)
          const at = next++
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
            <div
              key={name}
              id={`${id}-${at}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === active}
              ref={(element) => {
                if (at === active) element?.scrollIntoView?.({ block: 'nearest' })
              }}
              onMouseMove={() => onPoint?.(at)}
              // The field keeps the keyboard.
              onMouseDown={(event) => event.preventDefault()}
              onClick={(event) => onChoose(offer, event)}
              {...attributes}
            />
          )
        })
        return group === null ? (
          drawn
        ) : (
          <div key={group} role="group" aria-label={group}>
            <Shown as="div" className={groupClass} aria-hidden text={group} />
            {drawn}
          </div>
        )
      })}
    </div>
  )
}
