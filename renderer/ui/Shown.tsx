import { pieces } from '../escape'
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
