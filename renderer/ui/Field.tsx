import { Autocomplete } from '@base-ui/react/autocomplete'
import { type FocusEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react'
import styles from './Field.module.css'
import menu from './Menu.module.css'
import { Shown } from './Shown'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  /** Why the value cannot be; read out when it appears. */
  readonly problem?: string | null
  readonly hint?: ReactNode
  readonly offers?: readonly { readonly value: string; readonly hint: string }[]
  readonly input?: RefObject<HTMLInputElement | null>
  readonly mono?: boolean
  /** What stands there at first is an offer: it is selected when the keyboard comes, so that typing takes its place. */
  readonly selected?: boolean
}

/** A line of text with its name, suggestions where there are some, and what is wrong with it. */
export function Field(props: FieldProps) {
  const { label, value, onChange, placeholder, problem = null, hint, offers, input, mono = false } = props
  const offered = useRef(props.selected === true)
  const id = useId()
  const [open, setOpen] = useState(false)
  // What is typed is one of the offers: the list has nothing more to say until it is asked.
  const whole = useRef(false)
  // An empty list is no list: it would only keep the keyboard.
  const wanted = value.trim().toLowerCase()
  const fitting = offers?.some((offer) => offer.value !== value && offer.value.toLowerCase().includes(wanted))
  const shared = {
    id,
    placeholder,
    spellCheck: false,
    autoComplete: 'off',
    className: `${styles.input} ${mono ? styles.mono : ''}`,
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
          items={offers}
          value={value}
          onValueChange={(next) => {
            whole.current = offers.some((offer) => offer.value === next)
            onChange(next)
            if (whole.current) setOpen(false)
          }}
          open={open && fitting === true}
          onOpenChange={(next, { reason }) => setOpen(next && !(whole.current && reason === 'input-change'))}
          itemToStringValue={(offer: { readonly value: string }) => offer.value}
          openOnInputClick
        >
          <Autocomplete.Input {...shared} ref={input} />
          <Autocomplete.Portal>
            <Autocomplete.Positioner className={menu.positioner} sideOffset={4}>
              <Autocomplete.Popup className={`${menu.popup} ${styles.popup}`}>
                <Autocomplete.List>
                  {(offer: { readonly value: string; readonly hint: string }) => (
                    <Autocomplete.Item key={offer.value} value={offer} className={menu.item}>
                      <span className={menu.label}>
                        <Shown text={offer.value} />
                      </span>
                      <span className={styles.offerHint}>
                        <Shown text={offer.hint} />
                      </span>
                    </Autocomplete.Item>
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

interface ChoicesProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly hint?: string }[]
  readonly onChange: (value: T) => void
}

/** One of a few, all of them seen at once. */
export function Choices<T extends string>({ label, value, options, onChange }: ChoicesProps<T>) {
  const id = useId()
  return (
    <fieldset className={styles.choices}>
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

/** Something that is done or left. */
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
