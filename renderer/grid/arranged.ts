import { useMemo, useRef } from 'react'
import { type Arranged, arrangeAgain } from '../rows/arrange'
import { useApp, useModel } from '../ui/model'

/**
 * The rows that fit the filter, sorted and grouped as the view says; `index` has their places by id. Both are the very same while
 * only values change that decide no place, and while contexts are checked.
 */
export function useArranged() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const version = useApp((state) => state.listVersion)
  const { sort, grouping } = useApp((state) => state.view)
  const closed = useApp((state) => state.closed)
  const environment = useApp((state) => state.environment)
  const compare = useApp((state) => state.compare)
  const checking = useApp(({ runs, environment, compare }) =>
    runs.some((run) => run.environment === environment || run.environment === compare),
  )
  const last = useRef<Arranged | null>(null)
  const fitting = useMemo(() => {
    void version
    void filter
    void only
    return model.fitting()
  }, [model, version, filter, only])
  const asked = useMemo(() => {
    void filter
    void only
    void environment
    void compare
    return { by: sort, grouping }
  }, [sort, grouping, filter, only, environment, compare])
  const arranged = useMemo(
    () => arrangeAgain(last.current, fitting, asked, closed, checking),
    [fitting, asked, closed, checking],
  )
  last.current = arranged
  return { fitting, items: arranged.items, index: arranged.index, byItself: arranged.byItself, checking }
}
