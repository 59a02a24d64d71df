import { useStore } from 'zustand'
import type { EditsState } from '../pending/state'
import { useModel } from './model'

/** A part of what is pending; the component draws again only when that part is another. */
export function useEdits<T>(select: (state: EditsState) => T): T {
  return useStore(useModel().edits.state, select)
}
