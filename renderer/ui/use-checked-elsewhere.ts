import { useMemo } from 'react'
import { environmentNames } from '../../shared/identity/identity'
import { useApp, useModel } from './model'

/** Whether contexts were checked in other environments alone, so that it is said of which one nothing is known. */
export function useCheckedElsewhere(): boolean {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const never = useApp((state) => state.fleet.checked === 0)
  const contexts = useApp((state) => state.snapshot?.contexts)
  return useMemo(
    () =>
      never &&
      contexts !== undefined &&
      environmentNames.some(
        (one) => one !== environment && contexts.some(({ id }) => model.checkIn(one, id) !== null),
      ),
    [model, environment, never, contexts],
  )
}
