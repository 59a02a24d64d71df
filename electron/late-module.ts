/**
 * What stands for a module of Node's until something in it is used, which is when it is loaded. `own` is used instead of what the
 * module has by that name, and loads nothing.
 */
export function lateModule(load: () => object, own: ReadonlyMap<PropertyKey, unknown> = new Map()): object {
  let loaded: object | null = null
  const module = (): object => {
    loaded ??= load()
    return loaded
  }
  // Its target is no module: one would be asked at each look whether it has the same.
  return new Proxy(
    {},
    {
      get: (_, key) => own.get(key) ?? Reflect.get(module(), key),
      has: (_, key) => own.has(key) || Reflect.has(module(), key),
      ownKeys: () => Reflect.ownKeys(module()),
      getOwnPropertyDescriptor(_, key) {
        const property = Reflect.getOwnPropertyDescriptor(module(), key)
        // A proxy may only call such properties fixed that its own target has.
        return property && { ...property, configurable: true }
      },
    },
  )
}
