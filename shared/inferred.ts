/** Types that are written once, as their schema. */
import type * as v from 'valibot'

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T

/** What a schema gives, readonly throughout. */
export type Inferred<S extends v.GenericSchema> = Frozen<v.InferOutput<S>>
