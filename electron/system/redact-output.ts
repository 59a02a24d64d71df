/**
 * Takes secrets out of text that a foreign program wrote, before it is shown or logged: by form (tokens, signatures, keys)
 * and by value (every secret that this environment or entry holds). docs/security.md, "Secrets in output".
 */
import { mask } from '../../shared/kubeconfig/entries'
import { isSecretName, maskText } from '../../shared/kubeconfig/secrets'
import { once } from '../../shared/once'

/** What AWS tools print beyond the forms of a kubeconfig: signed URLs, `"SecretAccessKey": "…"`, `password = …`. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/(X-Amz-Security-Token|Signature)(=|%3D)[^&\s"']*/gi, `$1$2${mask}`],
  [
    // Without the beginning of a longer name: matching that takes quadratic time on `a-a-a-…`.
    /((?:secret[_-]?(?:access[_-]?)?key|session[_-]?token|security[_-]?token|access[_-]?token|refresh[_-]?token|client[_-]?secret|id[_-]?token|password|passwd)\b["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    `$1${mask}`,
  ],
  // Nothing that a person reads is this long without a break: session tokens, base64 blobs.
  [/[A-Za-z0-9+/_=-]{100,}/g, mask],
]

/** The values of these variables that must never be shown, except short ones: masking them would blank out words. */
export function secretValues(variables: Readonly<Record<string, string>>): readonly string[] {
  const values: string[] = []
  for (const [name, value] of Object.entries(variables)) {
    if (value.length >= 8 && name !== 'AWS_ACCESS_KEY_ID' && isSecretName(name)) values.push(value)
  }
  return values
}

/** So much of a longer secret is enough to recognise it. */
const shortestRun = 12

/** Takes these secrets, and any run of one, out of texts. Their runs are found once for all texts. */
export function runMasker(secrets: readonly string[]): (text: string) => string {
  const runsOf = new Map<number, Set<string>>()
  for (const secret of secrets) {
    const width = Math.min(secret.length, shortestRun)
    if (width === 0) continue
    const runs = once(runsOf, width, () => new Set<string>())
    for (let at = 0; at + width <= secret.length; at++) runs.add(secret.slice(at, at + width))
  }
  return (text) => {
    let clean = text
    for (const [width, runs] of runsOf) {
      let kept = ''
      let end = 0
      for (let at = 0; at + width <= clean.length; at++) {
        if (!runs.has(clean.slice(at, at + width))) continue
        if (at > end || kept === '') kept += `${clean.slice(end, at)}${mask}`
        end = at + width
      }
      clean = kept + clean.slice(end)
    }
    return clean
  }
}

/** The text without secrets and without control characters, cut to `limit` characters (by default 2 000). */
export function redact(text: string, secrets: readonly string[] = [], limit = 2_000): string {
  // Colours and cursor movements first: they could split a secret in two.
  let clean = text
    .slice(0, 256 * 1024)
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[^\P{Cc}\n\t]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
  clean = runMasker(secrets)(clean)
  for (const [form, instead] of forms) clean = clean.replace(form, instead)
  clean = maskText(clean)
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}
