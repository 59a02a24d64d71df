import { useMemo } from 'react'
import { arrange } from '../rows/arrange'
import { useApp, useModel } from '../ui/model'

/** The rows that fit the filter, sorted and grouped as the view says; `index` has their places by id. */
export function useArranged() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const version = useApp((state) => state.listVersion)
  const { sort, grouping } = useApp((state) => state.view)
  const closed = useApp((state) => state.closed)
  const fitting = useMemo(() => {
    void version
    void filter
    void only
    return model.fitting()
  }, [model, version, filter, only])
  const items = useMemo(() => arrange(fitting, sort, grouping, closed), [fitting, sort, grouping, closed])
  const index = useMemo(() => new Map(items.map((item, at) => [item.id, at])), [items])
  return { fitting, items, index }
}
