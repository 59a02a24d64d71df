/** What a rule is, and what it finds and fixes. */
import type { Edit } from '../edits/edit'
import type { EntryId, KubeconfigFile, UserEntry } from '../kubeconfig/entries'
import { firstOf } from '../name-lists'
import { quoted } from '../visible'
import type { FindingInput, FindingRow } from './rule-input'

export type Severity = 'error' | 'warning' | 'info'

/** What a finding tells. */
export interface FindingDetails {
  readonly file: string
  /** Where it is in the file; absent: `linesOf` finds it by the context. */
  readonly line?: number
  /** What is wrong and why that matters, one sentence. */
  readonly message: string
  /** What to do about it, one sentence; null when nothing in the file can be done. `fix` in the JSON of `lint`. */
  readonly advice: string | null
  /** When AWS or the cluster was last asked what it rests on, ms since the epoch; absent: it rests on files alone. */
  readonly askedAt?: number
  /** Since when every answer said so, ms since the epoch; absent: not known. */
  readonly since?: number
  /** What its fix writes, where only the rule knows it: the profile to name instead. */
  readonly instead?: string
  /** kubectl cannot use the context. */
  readonly unusable?: true
}

/** In these contexts, or in those of these rows. */
export type FindingIn = FindingDetails & {
  /** Where it differs from the rule's own. */
  readonly severity?: Severity
} & ({ readonly contexts: readonly EntryId[] } | { readonly rows: readonly FindingRow[] })

export type FindingText = Pick<FindingIn, 'message' | 'severity' | 'instead' | 'unusable'> & {
  readonly advice: string
  readonly file?: string
}

/** The edits that fix a finding, and what the button that makes them pending says. */
export interface Fix {
  readonly label: string
  readonly edits: readonly Edit[]
}

/** What a fix has to know of its context, pending edits included; rows of the grid are this. */
export interface FixContext {
  readonly id: EntryId
  readonly profile: string | null
  readonly sharedWith: readonly string[]
}

/** Whether a fix names another profile, cluster or command than the entry does: that is a person's decision, not one of many at once. */
export const isDecision = ({ edits }: Fix, { profile }: Pick<FixContext, 'profile'>): boolean =>
  edits.some(
    (edit) =>
      edit.kind === 'set-eks-name' ||
      edit.kind === 'set-token-by' ||
      (edit.kind === 'set-profile' && edit.profile !== profile),
  )

/** What a fix takes from its finding. */
export type MendedBy = Pick<FindingDetails, 'instead'>

export interface Fixes {
  /**
   * What fixes the finding in one of its contexts; absent where the user has to choose. Built on request, by page and
   * terminal alike: a finding of a thousand contexts carries no thousand edits, and pending edits are respected.
   */
  readonly fix?: (context: FixContext, finding: MendedBy) => Fix | null
  /** The same for a finding of a whole file. */
  readonly fixFile?: (file: KubeconfigFile) => Fix | null
}

/** What it finds in one context; null: nothing. */
export type RuleLook = (row: FindingRow, input: Indexed) => FindingText | null

/** A rule of the table in finding-rules.ts, by its id there. */
export interface Rule extends Fixes {
  readonly severity: Severity
  /** What it finds in addition to `look`, or instead of it. */
  readonly find?: (input: Indexed) => Iterable<FindingIn>
  /** Looks at one context at a time. */
  readonly look?: RuleLook
  /** It looks at nothing but the user and what follows from it: of rows that are alike at one. */
  readonly ofUser?: boolean
}

/** What several rules need, found once. */
export interface Indexed extends FindingInput {
  /** Rows that kubectl would use: neither shadowed nor a second of its name. */
  readonly effective: readonly FindingRow[]
  /** Of rows that are alike in all that rules about a user look at, the first. */
  readonly unlike: readonly FindingRow[]
  /** The rows of each user entry that several share. */
  readonly sharing: readonly (readonly FindingRow[])[]
}

/** A rule that looks at one context at a time. */
export const perContext = (severity: Severity, look: RuleLook, fixes: Fixes = {}): Rule => ({
  severity,
  look,
  ...fixes,
})

/** One that looks at its user alone, and at what follows from that in one environment. */
export const eachUser = (...of: Parameters<typeof perContext>): Rule => ({
  ...perContext(...of),
  ofUser: true,
})

/** The fix that writes what the rule says to write instead; none where it says nothing. */
export const fixTo =
  (
    label: (instead: string) => string,
    edit: (context: EntryId, instead: string) => Edit,
  ): NonNullable<Fixes['fix']> =>
  ({ id }, { instead }) =>
    instead === undefined ? null : { label: label(instead), edits: [edit(id, instead)] }

/** How many names a sentence lists before it counts the rest. */
const mostNamed = 4
/** Names as a sentence lists them: `“a”, “b”, “c”, “d” and 2 more`. */
export const namedAll = (names: readonly string[]): string =>
  names.length === 2 ? names.map(quoted).join(' and ') : firstOf(names, mostNamed, quoted)

/** Where a finding is about the user entry rather than the context. */
export function inFileOf(entry: UserEntry | null): { file?: string } {
  return entry ? { file: entry.origin.file } : {}
}
