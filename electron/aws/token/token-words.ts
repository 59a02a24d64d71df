/** What the words of `ekscope token` are: looked at before anything else is loaded, so this imports nothing. */
/** The words of `ekscope token`, apart from its own options. */
export interface TokenWords {
  /** Those of aws. */
  readonly args: readonly string[]
  /** The aws that they were written for; null: that of PATH. */
  readonly aws: string | null
  readonly explains: boolean
}

/** Takes the words apart. Null where they are not those of aws: a context is named then, or help is wanted. */
export function tokenWords(words: readonly string[]): TokenWords | null {
  const at = words.indexOf('eks')
  if (at < 0 || !words.includes('get-token', at + 1)) return null
  const args: string[] = []
  let aws: string | null = null
  let explains = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    // Its own stand before aws's words, or behind them.
    if (word === '--explain' && (args.length === 0 || i === words.length - 1)) explains = true
    else if (word === '--aws' && args.length === 0) aws = words[++i] ?? ''
    else args.push(word)
  }
  return { args, aws, explains }
}
