/** What `lint` found, as each format of CI writes it. */
import { isAbsolute, relative, sep } from 'node:path'
import type { Severity } from '../../../shared/findings/define-rule'
import type { FindingId } from '../../../shared/findings/finding-rules'

export interface LintedFinding {
  readonly id: FindingId
  readonly severity: Severity
  readonly contexts: readonly string[]
  readonly file: string
  readonly line: number | null
  readonly muted: { readonly reason: string; readonly by: string } | null
  readonly message: string
  /** The advice. */
  readonly fix: string | null
}

export interface Linted {
  readonly version: string
  readonly cwd: string
  readonly findings: readonly LintedFinding[]
  /** The contexts that were looked at. */
  readonly contexts: readonly { readonly name: string; readonly file: string }[]
  /** From this severity on a finding fails the run. */
  readonly fails: (finding: LintedFinding) => boolean
  /** Why not all was looked at; null: all was. */
  readonly error: { readonly message: string; readonly next: string } | null
}

/** A file below the working folder by its path there, with slashes: so CI finds it in the repository. */
export function placeOf(file: string, cwd: string): string {
  const inside = relative(cwd, file)
  const isInside = inside !== '' && !isAbsolute(inside) && inside.split(sep)[0] !== '..'
  return (isInside ? inside : file).replaceAll(sep, '/')
}

/** In which contexts, what, and what to do. */
export const textOf = ({ contexts, message, fix, muted }: LintedFinding): string =>
  [
    contexts.length === 0 ? '' : `${contexts.join(', ')}: `,
    message,
    fix === null ? '' : ` ${fix}`,
    muted === null ? '' : ` Muted: ${muted.reason}`,
  ].join('')
