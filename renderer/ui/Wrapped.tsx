import { Fragment } from 'react'
import { Exact } from './Shown'

interface WrappedProps {
  readonly words: readonly string[]
  /** Of each of them. */
  readonly className: string | undefined
}

/** Words with paths and ARNs among them: it wraps between these and where a path or an ARN has its parts, never at a hyphen. */
export const Wrapped = ({ words, className }: WrappedProps) =>
  [...words.entries()].map(([at, word]) => (
    <Fragment key={at}>
      {at > 0 && ' '}
      <Exact as="span" className={className} text={word} />
    </Fragment>
  ))
