/** The profiles' part of the page's memory, at the edge of React. */
import { useStore } from 'zustand'
import type { ProfileEditsState } from '../store/profile-edits'
import { useModel } from './model'

/** A part of it; the component draws again only when that part is another. */
export function useProfileEdits<T>(select: (state: ProfileEditsState) => T): T {
  return useStore(useModel().profileEdits.state, select)
}
