/** The identities' part of the page's memory, at the edge of React. */
import { useStore } from 'zustand'
import type { IdentitiesState } from '../store/identities'
import { useModel } from './model'

/** A part of it; the component draws again only when that part is another. */
export function useIdentities<T>(select: (state: IdentitiesState) => T): T {
  return useStore(useModel().identities.state, select)
}
