import { Fragment } from 'react'
import { quotedWords, type Shell } from '../actions/shell-quote'
import { Exact } from '../ui/Shown'
import styles from './Code.module.css'

interface CommandTextProps {
  readonly words: readonly string[]
  readonly shell: Shell
}

/** A command line as it would be typed; it wraps between its words, never at their hyphens. */
export function CommandText({ words, shell }: CommandTextProps) {
  let at = 0
  return quotedWords(words, shell).map((word) => {
    const key = at
    at += word.length + 1
    return (
      <Fragment key={key}>
        {key > 0 && ' '}
        <span className={styles.word}>
          <Exact text={word} />
        </span>
      </Fragment>
    )
  })
}
