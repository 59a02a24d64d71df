/** What makes a context act as a profile: an option of its command, a variable beside it, or nothing. */
export type Pin = 'arg' | 'env' | 'none'

/** What is said once for all contexts that are added. */
export interface AddedAs {
  readonly template: string
  readonly pin: Pin
  readonly namespace: string
  readonly proxyUrl: string
  /** Empty: where kubectl puts new entries. */
  readonly file: string
}
