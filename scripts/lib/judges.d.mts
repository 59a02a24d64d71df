// For tests, whose compiler reads no JavaScript.
type JudgeName =
  | 'aws-v1'
  | 'aws-2.36'
  | 'kubectl-1.20'
  | 'kubectl-1.28'
  | 'kubectl-1.35'
  | 'node-26'
  | 'nushell'
export const judges: Readonly<Record<JudgeName, { readonly program: string; readonly version: string }>>
export const goSdkFiles: readonly string[]
export function judgeFolder(name: JudgeName, cache?: string): string
export function ensureJudge(name: JudgeName, cache: string): Promise<string>
export function ensureJudges(full?: boolean): Promise<void>
