/**
 * A cluster's answer without the secrets that were sent to it: the cluster, or a server in its place, could return a token among
 * the names in its answer, and these are stored and shown.
 */
import { mask } from '../../shared/kubeconfig/entries'
import { runMasker } from '../system/redact-output'

/** The JSON of an answer to a request with this authorization, every text in it masked; null: it is not JSON. */
export function clusterJson(body: string, authorization: string | null): unknown {
  // Shorter ones are words.
  const masked = runMasker(secretsOf(authorization ?? '').filter(({ length }) => length >= 8))
  const said = (text: string): string => withoutLong(masked(text))
  try {
    return JSON.parse(body, (_, value: unknown) =>
      typeof value === 'string'
        ? said(value)
        : value !== null && typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).map(([key, one]) => [said(key), one]))
          : value,
    )
  } catch {
    return null
  }
}

/**
 * The secrets of the header as sent, and as its receiver can decode them: a token of AWS is a signed address, Basic a password.
 */
function secretsOf(authorization: string): readonly string[] {
  const sent = authorization.replace(/^\S+ /, '')
  const read = Buffer.from(sent.replace(/^k8s-aws-v1\./, ''), 'base64').toString('latin1')
  if (authorization.startsWith('Basic ')) return [sent, read.slice(read.indexOf(':') + 1)]
  const signed = [...read.matchAll(/X-Amz-(?:Signature|Security-Token)=([^&]*)/gi)].map(
    ([, value = '']) => value,
  )
  return [
    sent,
    ...signed,
    ...signed.map((value) =>
      value.replaceAll(/%2b/gi, '+').replaceAll(/%2f/gi, '/').replaceAll(/%3d/gi, '='),
    ),
  ]
}

/** Nothing that has a name is 100 characters long without a break, but an ARN, whose parts have at most 64. */
const withoutLong = (text: string): string =>
  text.replace(
    /(arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[^\s"']*)|[A-Za-z0-9+/_=-]{100,}/g,
    (run, arn?: string) => (arn === undefined || /[^/:]{65}/.test(arn) ? mask : run),
  )
