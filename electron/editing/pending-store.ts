import type { KeptOf } from '../../shared/ipc/contract'

/** Pending edits of each page, in memory: they outlive a reload of it, and its window asks before they go with it. */
export interface KeptEdits {
  /** `json` is the page's own; `count` says how many edits of it are not written. */
  keep(page: number, of: KeptOf, json: string, count: number): void
  /** Empty when there is nothing. */
  of(page: number, of: KeptOf): string
  /** Of all lists together. */
  count(page: number): number
  /** The page's window closes. */
  forget(page: number): void
}

/** Nothing kept yet. */
export function createKeptEdits(): KeptEdits {
  const kept = new Map<number, ReadonlyMap<KeptOf, { readonly json: string; readonly count: number }>>()
  return {
    keep: (page, of, json, count) => void kept.set(page, new Map(kept.get(page)).set(of, { json, count })),
    of: (page, of) => kept.get(page)?.get(of)?.json ?? '',
    count: (page) => [...(kept.get(page)?.values() ?? [])].reduce((sum, { count }) => sum + count, 0),
    forget: (page) => void kept.delete(page),
  }
}
