/** What looking as many at once has found, at the edge of React. */
import { useStore } from 'zustand'
import type { SweepsState } from '../store/sweeps'
import { useModel } from './model'

/** A part of it; the component draws again only when that part is another. */
export function useSweeps<T>(select: (state: SweepsState) => T): T {
  return useStore(useModel().sweeps.state, select)
}
