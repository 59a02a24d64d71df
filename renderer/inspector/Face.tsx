import { UserRound, VenetianMask } from 'lucide-react'
import type { Who } from '../rows/who'
import { Tile } from '../ui/Tile'

interface FaceProps {
  readonly who: Who
  /** A user of Kubernetes that the user entry makes kubectl ask as. */
  readonly impersonated: boolean
  /** The cluster said the name, and no AWS identity is behind it. */
  readonly seen: boolean
}

/** Who it is at a glance: the tile of an AWS identity, else what kind of name it is. */
export function Face({ who, impersonated, seen }: FaceProps) {
  if (impersonated) return <VenetianMask className="whole soft" size={18} aria-hidden />
  if (seen && who.key === null) return <UserRound className="whole soft" size={18} aria-hidden />
  return <Tile who={who} />
}
