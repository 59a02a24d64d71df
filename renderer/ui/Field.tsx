import { Autocomplete } from '@base-ui/react/autocomplete'
import { type FocusEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react'
import { plural } from '../../shared/counted'
import { visible } from '../../shared/visible'
import { narrowed, type Offer, offerGroups } from '../pending/offers'
import styles from './Field.module.css'
import menu from './Menu.module.css'
import { Shown } from './Shown'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  /** Why the value is not allowed; screen readers announce it when it appears. */
  readonly problem?: string | null
  readonly hint?: ReactNode
  readonly offers?: readonly Offer[]
  readonly input?: RefObject<HTMLInputElement | null>
  readonly mono?: boolean
  /** No more characters fit; how many are left is said near the end, in place of the hint. */
  readonly most?: number
  /** The initial text is a suggestion: it is selected on focus, so that typing replaces it. */
  readonly selected?: boolean
}

/** So many characters are left when that is said. */
const nearEnd = 100

const charactersLeft = (left: number): string =>
  left <= 0 ? 'No more characters fit' : `${plural(left, 'more character')} ${left === 1 ? 'fits' : 'fit'}`

/** A text field with its label, suggestions where there are some, and its problem. */
export function Field(props: FieldProps) {
  const { label, value, onChange, placeholder, problem = null, offers, input, mono = false, most } = props
  const left = most === undefined ? null : most - value.length
  const hint = left !== null && left <= nearEnd ? charactersLeft(left) : props.hint
  const offered = useRef(props.selected === true)
  const id = useId()
  const [open, setOpen] = useState(false)
  // The typed text equals an offer: the list stays closed until the user opens it.
  const whole = useRef(false)
  // Until something is typed all offers are shown, whatever the value.
  const [typed, setTyped] = useState(false)
  const fitting = offers && typed ? narrowed(offers, value) : (offers ?? [])
  // An empty list is not opened: it would only hold the keyboard.
  const some = fitting.some((offer) => offer.value !== value)
  const shared = {
    id,
    placeholder,
    spellCheck: false,
    maxLength: most,
    autoComplete: 'off',
    className: `input full ${mono ? 'mono' : ''}`,
    'aria-invalid': problem !== null || undefined,
    'aria-describedby': `${id}-note`,
    onFocus: (event: FocusEvent<HTMLInputElement>) => {
      if (offered.current) event.currentTarget.select()
      offered.current = false
    },
  } as const
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {offers === undefined ? (
        <input {...shared} ref={input} value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Autocomplete.Root
          items={groupsOf(offers)}
          filteredItems={groupsOf(fitting)}
          value={value}
          onValueChange={(next) => {
            whole.current = offers.some((offer) => offer.value === next)
            setTyped(!whole.current)
            onChange(next)
            if (whole.current) setOpen(false)
          }}
          open={open && some}
          onOpenChange={(next, { reason }) => setOpen(next && !(whole.current && reason === 'input-change'))}
          itemToStringValue={(offer: Offer) => offer.value}
          openOnInputClick
        >
          <Autocomplete.Input {...shared} ref={input} />
          <Autocomplete.Portal>
            <Autocomplete.Positioner className={menu.positioner} sideOffset={4}>
              <Autocomplete.Popup className={`${menu.popup} ${styles.popup}`}>
                <Autocomplete.List>
                  {({ name, items }: OfferGroup) => (
                    <Autocomplete.Group key={name ?? ''} items={items}>
                      {name !== null && (
                        <Autocomplete.GroupLabel className={styles.group}>
                          <Shown text={name} />
                        </Autocomplete.GroupLabel>
                      )}
                      <Autocomplete.Collection>
                        {(offer: Offer) => <OneOffer key={offer.value} offer={offer} />}
                      </Autocomplete.Collection>
                    </Autocomplete.Group>
                  )}
                </Autocomplete.List>
              </Autocomplete.Popup>
            </Autocomplete.Positioner>
          </Autocomplete.Portal>
        </Autocomplete.Root>
      )}
      <p
        id={`${id}-note`}
        className={styles.note}
        data-bad={problem !== null || undefined}
        aria-live="polite"
      >
        {problem === null ? hint : <Shown text={problem} />}
      </p>
    </div>
  )
}

/** In the library's format for groups, which needs an index signature: so it is a type and not an interface. */
type OfferGroup = { readonly name: string | null; readonly items: readonly Offer[] }

const groupsOf = (offers: readonly Offer[]): readonly OfferGroup[] =>
  offerGroups(offers).map(({ name, offers: items }) => ({ name, items }))

/** One value to choose: by its short name where it has one, the whole on hover. */
function OneOffer({ offer }: { readonly offer: Offer }) {
  const { value, label, hint, barred } = offer
  return (
    <Autocomplete.Item
      value={offer}
      className={menu.item}
      disabled={barred !== undefined}
      title={barred ?? (label === undefined ? undefined : visible(value))}
    >
      <Shown as="span" className="fill" text={label ?? value} />
      <Shown as="span" className={styles.offerHint} text={barred ?? hint} />
    </Autocomplete.Item>
  )
}

interface ChoicesProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly hint?: string }[]
  readonly onChange: (value: T) => void
}

/** Choices of which one is taken, all visible at once. */
export function Choices<T extends string>({ label, value, options, onChange }: ChoicesProps<T>) {
  const id = useId()
  return (
    <fieldset className="above-12">
      <legend className={styles.label}>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.choice}>
          <input
            type="radio"
            name={id}
            checked={value === option.value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.hint !== undefined && <small>{option.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface TickProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly children: ReactNode
  readonly disabled?: boolean
}

/** A checkbox. */
export function Tick({ checked, onChange, children, disabled = false }: TickProps) {
  return (
    <label className={styles.choice} data-disabled={disabled || undefined}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{children}</span>
    </label>
  )
}
