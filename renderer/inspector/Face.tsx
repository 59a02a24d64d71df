import { UserRound, VenetianMask } from 'lucide-react'
import type { Who } from '../../shared/identity/named-identity'
import { Tile } from '../ui/Tile'

interface FaceProps {
  readonly who: Who
  /** A Kubernetes user that kubectl impersonates by the user entry. */
  readonly impersonated: boolean
  /** The name comes from the cluster, without an AWS identity behind it. */
  readonly seen: boolean
}

/** The identity at a glance: the tile of an AWS identity, else an icon for the kind of name. */
export function Face({ who, impersonated, seen }: FaceProps) {
  if (impersonated) return <VenetianMask className="whole soft" size={18} aria-hidden />
  if (seen && who.key === null) return <UserRound className="whole soft" size={18} aria-hidden />
  return <Tile who={who} />
}
