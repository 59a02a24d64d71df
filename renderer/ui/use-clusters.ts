/** The clusters' part of the page's memory, at the edge of React. */
import { useStore } from 'zustand'
import type { ClustersState } from '../store/clusters'
import { useModel } from './model'

/** A part of it; the component draws again only when that part is another. */
export function useClusters<T>(select: (state: ClustersState) => T): T {
  return useStore(useModel().clusters.state, select)
}
