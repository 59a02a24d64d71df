import { useStore } from 'zustand'
import { useModel } from '../ui/model'
import type { EditsState } from './state'

/** A part of what is pending; the component draws again only when that part is another. */
export function useEdits<T>(select: (state: EditsState) => T): T {
  return useStore(useModel().edits.state, select)
}
