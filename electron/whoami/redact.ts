/**
 * Takes secrets out of text that a foreign program wrote, before anybody sees it: by form (tokens, signatures, keys)
 * and by value (every secret that this environment or entry holds). docs/security.md, "Secrets in output".
 */
import { mask } from '../../shared/kubeconfig'

const forms: readonly (readonly [RegExp, string])[] = [
  [/k8s-aws-v1\.[A-Za-z0-9_=-]*/g, `k8s-aws-v1.${mask}`],
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}/g, mask],
  [/(X-Amz-(?:Signature|Security-Token|Credential-Token))(=|%3D)[^&\s"']*/gi, `$1$2${mask}`],
  [/\b(Bearer|Basic|Negotiate)\s+[A-Za-z0-9+/=._~-]{6,}/gi, `$1 ${mask}`],
  [
    /(["']?\b[\w-]*(?:secret[_-]?(?:access[_-]?)?key|session[_-]?token|security[_-]?token|access[_-]?token|refresh[_-]?token|client[_-]?secret|id[_-]?token|password|passwd)\b["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    `$1${mask}`,
  ],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi, `$1${mask}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
  // Nothing that a person reads is this long without a break: session tokens, base64 blobs.
  [/[A-Za-z0-9+/_=-]{100,}/g, mask],
]

/** Names of variables whose value is a secret. AWS_ACCESS_KEY_ID is none: everything after it is. */
export const secretVariable =
  /SECRET|PASSWORD|PASSWD|TOKEN(?!_FILE)|CREDENTIALS?$|PRIVATE|API_?KEY|^AWS_SECRET_ACCESS_KEY$/i

/** The values among these variables that must never be shown; short ones are left, they would blank out words. */
export function secretValues(variables: Readonly<Record<string, string>>): readonly string[] {
  const values: string[] = []
  for (const [name, value] of Object.entries(variables)) {
    if (value.length >= 8 && secretVariable.test(name)) values.push(value)
  }
  return values
}

/** The text without secrets and without control characters, cut to `limit` characters (2 000 if not given). */
export function redact(text: string, secrets: readonly string[] = [], limit = 2_000): string {
  let clean = text
  for (const secret of secrets) clean = clean.replaceAll(secret, mask)
  for (const [form, instead] of forms) clean = clean.replace(form, instead)
  clean = clean
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '')
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}
