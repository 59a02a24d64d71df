import { useId } from 'react'
import styles from './Access.module.css'

interface SelectProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [value: T, says: string])[]
  readonly disabled?: boolean
  readonly onChange: (value: T) => void
}

/** One of some, behind its name. */
export function Select<T extends string>({ label, value, options, disabled, onChange }: SelectProps<T>) {
  const id = useId()
  return (
    <>
      <label className="quiet" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={styles.input}
        value={value}
        disabled={disabled}
        onChange={({ target }) => onChange(options.find(([one]) => one === target.value)?.[0] ?? value)}
      >
        {options.map(([one, says]) => (
          <option key={one} value={one}>
            {says}
          </option>
        ))}
      </select>
    </>
  )
}
