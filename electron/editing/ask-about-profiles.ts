/** What a window's write would have aws run, read, ask or act as for the first time: only after a yes to exactly that. */
import { type Fault, fail, fault, type Result } from '../../shared/result'
import type { Permits } from '../aws/config-file/config-write'
import type { AccessSetting } from '../aws/config-file/profile-plan'
import type { FileWriteOptions } from '../kubeconfig/disk/write-files'
import type { Consent } from '../trust/consent'

interface AskingForAccess {
  readonly by: FileWriteOptions['by']
  readonly consent: Consent | undefined
  /** How to do it where the user cannot be asked. */
  readonly inTerminal: string
  /** Those of the accounts that nothing names. */
  readonly unnamed: (accounts: readonly string[]) => Promise<readonly string[]>
}

/**
 * Does `attempt`; where it would add such a setting, once more with the user's yes. No lock is held during the question: what
 * the file's text would add instead by then is not written. At a terminal nothing is asked, because the user typed the change.
 */
export async function askingForAccess<T>(
  { by, consent, inTerminal, unnamed }: AskingForAccess,
  attempt: (permits: Permits | undefined) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (by === 'terminal') return attempt(undefined)
  let refused: { readonly settings: readonly AccessSetting[]; readonly file: string } | null = null
  const asked = () => refused
  let allowed: string | null = null
  const permits: Permits = (settings, file) => {
    if (settings.length === 0 || allowed === JSON.stringify([settings, file])) return null
    refused = { settings, file }
    return notAllowed(settings, file, inTerminal)
  }
  const outcome = await attempt(permits)
  const wanted = asked()
  if (wanted === null || consent?.kind !== 'ask') return outcome
  const { settings, file } = wanted
  const isAccount = ({ key }: AccessSetting) => key === 'sso_account_id'
  const open = new Set(await unnamed(settings.filter(isAccount).map(({ value }) => value)))
  // Another account of an SSO session is asked about where nothing names it yet.
  const shown = settings.filter((setting) => !isAccount(setting) || open.has(setting.value))
  if (shown.length > 0) {
    const answer = await consent.ask({
      parts: shown.map((setting) => ({ kind: 'aws-setting', file, ...setting })),
    })
    if (!answer.ok) return answer
    if (!answer.value) return fail({ ...notAllowed(shown, file, inTerminal), code: 'declined' })
  }
  allowed = JSON.stringify([settings, file])
  refused = null
  const again = await attempt(permits)
  return asked() === null ? again : fail(changedMeanwhile())
}

function notAllowed(settings: readonly AccessSetting[], file: string, inTerminal: string): Fault {
  const [first] = settings
  return fault(
    'not-allowed',
    `That change would bring ${first?.key} into [${first?.section}] of ${file}.`,
    `Allow it when you are asked, or do it in a terminal: ${inTerminal}`,
  )
}

const changedMeanwhile = (): Fault =>
  fault(
    'changed-on-disk',
    'The AWS config file changed while the question was open, so your answer does not count, and nothing was written.',
    'Look at the changes, then write again.',
  )
