import { Star } from 'lucide-react'
import { usedOf } from '../rows/on-disk'
import type { Row } from '../rows/rows'

/** The star of what kubectl uses: full as the files are, an outline while that is pending. */
export function UseStar({ row, size }: { readonly row: Row; readonly size: number }) {
  return <Star className="star" size={size} fill={usedOf(row).now ? 'currentColor' : 'none'} aria-hidden />
}
