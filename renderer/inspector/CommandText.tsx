import { quotedWords, type Shell } from '../actions/shell-quote'
import { Wrapped } from '../ui/Wrapped'
import styles from './Code.module.css'

interface CommandTextProps {
  readonly words: readonly string[]
  readonly shell: Shell
}

/** A command line as it would be typed. */
export const CommandText = ({ words, shell }: CommandTextProps) => (
  <Wrapped words={quotedWords(words, shell)} className={styles.word} />
)
