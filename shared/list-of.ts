/** Lists that come from a page. */
import * as v from 'valibot'

/** From `least` to `most` of these, readonly. They are counted before any of them is looked at. */
export const listOf = <S extends v.GenericSchema>(item: S, most: number, least = 0) =>
  v.pipe(v.array(v.unknown()), v.minLength(least), v.maxLength(most), v.array(item), v.readonly())
