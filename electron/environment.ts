import type { EnvironmentName } from '../shared/identity'

/** The variables an exec command would be started with. Held by main only: the page gets `EnvironmentFacts`. */
export interface Environment {
  readonly name: EnvironmentName
  readonly variables: Readonly<Record<string, string>>
  /** SHA-256 over the variables, for fingerprints; says nothing of their values. */
  readonly fingerprint: string
  /** The login shell could not be asked (it waited, failed, printed too much); what stands in, in words. */
  readonly problem: string | null
}
