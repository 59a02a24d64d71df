/** Edits of AWS profiles among the pending ones: how the page of identities changes them. */
import type { IdentityTree, PlacedProfile } from '../../shared/identity/identity-tree'
import type { Fault } from '../../shared/result'
import {
  cellProblem,
  type ProfileCell,
  type ProfileEdits,
  profileEditsIn,
  stepTo,
  withCell,
} from '../pending/profile-edits'
import type { Model } from './window-model'

type Pages = Pick<Model, 'edits' | 'identities' | 'state'>

/** Those of the environment that is shown. */
export const pendingProfiles = ({ edits, state }: Pages): ProfileEdits =>
  profileEditsIn(edits.state.getState().pending, state.getState().environment)

/** The edits to add, and the ids of those to drop, that make these the pending ones. */
export const profileStep = ({ edits, identities, state }: Pages, wanted: ProfileEdits) =>
  stepTo(
    wanted,
    edits.state.getState().pending,
    state.getState().environment,
    identities.state.getState().tree,
  )

/** Makes these the pending ones. */
export function takeProfiles(model: Pages, wanted: ProfileEdits): void {
  const { edits, drop } = profileStep(model, wanted)
  model.edits.add(edits, drop)
}

/** Gives a cell another value, `''`: none. A value that main refuses is not taken; the answer says why. */
export async function setProfileCell(
  model: Pages,
  tree: IdentityTree,
  profile: PlacedProfile,
  cell: ProfileCell,
  said: string,
): Promise<Pick<Fault, 'message' | 'next'> | null> {
  const value = said.trim()
  const wanted = () => withCell(pendingProfiles(model), profile, cell, value)
  const problem = cellProblem(tree, pendingProfiles(model), profile, cell, value)
  if (problem !== null) return problem
  const { edits, drop } = profileStep(model, wanted())
  if (edits.length + drop.size === 0) return null
  const refused = (await model.edits.ask(edits, drop)).find(({ blocks }) => blocks)
  if (refused !== undefined) return refused
  // Another cell may have got its value meanwhile.
  takeProfiles(model, wanted())
  return null
}
