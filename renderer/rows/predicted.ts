/** What the inspector says beside an identity that only files name. Pure. */
import type { Predicted } from '../../shared/identity/identity'
import { inspectorText } from '../text/inspector'

/** Why a prediction is likely only, where no doubt of its own is among its sources. */
export function likelyBy({ by, certain, problem }: Predicted): readonly string[] {
  if (certain || problem !== null) return []
  const { sso, process } = inspectorText.likelyBy
  const begins = (start: string) => by.some((source) => source.startsWith(start))
  if (begins('sso of ')) return [sso]
  return begins('credential_process of ') ? [process] : []
}
