import { Fragment } from 'react'
import { Exact } from './Shown'

interface WrappedProps {
  readonly words: readonly string[]
  /** Of each of them. */
  readonly className: string | undefined
}

/** Words with paths and ARNs among them: it wraps between these and where a path or an ARN has its parts, never at a hyphen. */
export function Wrapped({ words, className }: WrappedProps) {
  let at = 0
  return words.map((word) => {
    const key = at
    at += word.length + 1
    return (
      <Fragment key={key}>
        {key > 0 && ' '}
        <Exact as="span" className={className} text={word} />
      </Fragment>
    )
  })
}
