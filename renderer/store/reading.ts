/** What the pages beside the contexts read from main: when it is asked for, and that it is once at a time. */
export interface Reading {
  /** Reads anew; whoever asks meanwhile gets what is read after that. */
  load(): Promise<void>
  /** Something changed: read now where it is looked at, else once it is. */
  changed(): void
  /** It came into sight. */
  shown(): void
}

/** `once` asks main and keeps the answer. */
export function createReading(isShown: () => boolean, once: () => Promise<void>): Reading {
  /** Something changed since it was read. */
  let outdated = true
  let loading: Promise<void> | null = null

  async function read(): Promise<void> {
    while (outdated) {
      outdated = false
      await once()
    }
  }

  function load(): Promise<void> {
    outdated = true
    loading ??= read().finally(() => {
      loading = null
    })
    return loading
  }

  return {
    load,
    changed() {
      outdated = true
      if (isShown()) void load()
    },
    shown() {
      if (isShown() && outdated) void load()
    },
  }
}
