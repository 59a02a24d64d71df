import { Fragment } from 'react'
import { pieces } from '../../shared/visible'
import styles from './Shown.module.css'

/** Text that came from a file or a server: hidden characters are shown as their code points. */
export function Shown({ text }: { readonly text: string }) {
  const parts = pieces(text)
  const [first] = parts
  if (first === undefined) return null
  if (parts.length === 1 && !first.escaped) return first.text
  let at = 0
  return parts.map((part) => {
    const key = at
    at += part.text.length
    return part.escaped ? (
      <span key={key} className={styles.code}>
        {part.text}
      </span>
    ) : (
      <bdi key={key}>{part.text}</bdi>
    )
  })
}

/** Of shorter names two halves would say no more than a beginning. */
const leastToCut = 10
/** How much of the end is kept: of long names enough to tell them apart, of short ones less than half. */
const endKept = (text: string): number => Math.min(8, Math.floor(text.length * 0.4))

/**
 * A name in one line that loses its middle where the place is too small: what tells `payments-prod-Admin` from
 * `payments-prod-ReadOnly` stands at the end. Other letters than those of ASCII may join or run the other way, and are cut at their end.
 */
export function Cut({ text }: { readonly text: string }) {
  if (text.length < leastToCut || !/^[ -~]*$/.test(text))
    return (
      <span className={styles.start}>
        <Shown text={text} />
      </span>
    )
  const end = endKept(text)
  return (
    <span className={styles.cut}>
      <span className={styles.start} data-half>
        {text.slice(0, -end)}
      </span>
      <span className={styles.end} data-half>
        {text.slice(-end)}
      </span>
    </span>
  )
}

/** An ARN or a path, breaking where its parts end and not in the middle of a name. */
export function Exact({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[/:])/)
  let at = 0
  return parts.map((part) => {
    const key = at
    at += part.length
    return (
      <Fragment key={key}>
        {key > 0 && <wbr />}
        <Shown text={part} />
      </Fragment>
    )
  })
}

/** A sentence with options in it: `--profile` never breaks at its hyphens. */
export function Phrase({ text }: { readonly text: string }) {
  const parts = text.split(/(--[a-z][\w-]*)/)
  if (parts.length === 1) return <Shown text={text} />
  let at = 0
  return parts.map((part) => {
    const key = at
    at += part.length
    return part.startsWith('--') ? (
      <span key={key} className={styles.option}>
        {part}
      </span>
    ) : (
      <Shown key={key} text={part} />
    )
  })
}
