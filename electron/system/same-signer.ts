/** Whether an update for Windows has the same signer as this program. What cannot be found out counts as no. */
import { type RunCommand, runCommand } from './run-command'
import { systemProgram } from './windows'

/** The paths come as variables: nothing of them is read as script. */
const script = `
$ErrorActionPreference = 'Stop'
$own = Get-AuthenticodeSignature -LiteralPath $env:EKSCOPE_PROGRAM
$new = Get-AuthenticodeSignature -LiteralPath $env:EKSCOPE_UPDATE
if ($own.Status -ne 'Valid') { 'this program is not signed' }
elseif ($new.Status -ne 'Valid') { 'the update is not signed: ' + $new.Status }
elseif ($own.SignerCertificate.Subject -cne $new.SignerCertificate.Subject) { 'the update is signed by another: ' + $new.SignerCertificate.Subject }
else { 'same' }
`

export interface SignedFiles {
  readonly program: string
  readonly update: string
}

/** Why it is not; null where it is. */
export async function notSameSigner(
  { program, update }: SignedFiles,
  powershell = systemProgram('WindowsPowerShell\\v1.0\\powershell.exe'),
  run: RunCommand = runCommand,
): Promise<string | null> {
  const { SystemRoot = 'C:\\Windows' } = process.env
  const answer = await run(
    {
      path: powershell,
      args: [
        '-NoProfile',
        '-NonInteractive',
        '-EncodedCommand',
        Buffer.from(script, 'utf16le').toString('base64'),
      ],
      // Without the modules of another PowerShell.
      env: { SystemRoot, EKSCOPE_PROGRAM: program, EKSCOPE_UPDATE: update },
      timeoutMs: 60_000,
    },
    new AbortController().signal,
  )
  if (answer.kind !== 'exited' || answer.code !== 0) return 'its signature could not be checked'
  const said = answer.stdout.trim()
  return said === 'same' ? null : said || 'its signature could not be checked'
}
