import * as v from 'valibot'

const schema = v.array(v.object({ DISPLAY: v.string(), XAUTHORITY: v.string() }))

/** The X displays that the suite has made for its windows, one for each worker; none where windows need no X display. */
export function displays(): v.InferOutput<typeof schema> {
  return v.parse(schema, JSON.parse(process.env.EKSCOPE_DISPLAYS ?? '[]'))
}

/** The display of the worker that this runs in, to be laid over its environment. */
export function ownDisplay(): Readonly<Record<string, string>> {
  return displays()[Number(process.env.TEST_PARALLEL_INDEX ?? 0)] ?? {}
}
