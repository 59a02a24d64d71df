import { Star } from 'lucide-react'
import { usedOf } from '../rows/on-disk'
import type { Row } from '../rows/rows'

/** The star of kubectl's current context: filled by the files, an outline while it is pending. */
export function UseStar({ row, size }: { readonly row: Row; readonly size: number }) {
  return <Star className="star" size={size} fill={usedOf(row).now ? 'currentColor' : 'none'} aria-hidden />
}
