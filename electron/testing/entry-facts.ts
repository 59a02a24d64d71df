/** What nothing is known of: what a command says decides alone. */
import { byNewestRules } from '../aws/installed/rules'
import type { EntryFacts } from '../whoami/denied'

/** Of an entry that names `profile` and nothing else. */
export const factsOf = (profile: string | null): EntryFacts => ({
  profile,
  instead: null,
  keysFrom: null,
  unpinned: false,
  environment: 'the login shell',
  configFile: null,
  assumesFirst: null,
  process: null,
  rolesWithPath: new Map(),
  rules: byNewestRules,
})
