/**
 * What stays silent is asked twice and no more. The SDK's attempts are meant for answers that say "again" and connections that break;
 * of one that waits until its time is up it makes as many, and a whole call is silent for minutes.
 */

const mostSilences = 2

/** A step around each attempt of a call of the SDK. */
export const silentTwice = <Args, Output>(next: (args: Args) => Promise<Output>) => {
  // The SDK puts the steps of each call together anew.
  let silences = 0
  return async (args: Args): Promise<Output> => {
    try {
      return await next(args)
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error
      silences += 1
      if (silences < mostSilences) throw error
      // By its usual name the SDK would ask again.
      throw Object.assign(new Error(error.message), { name: 'SilentTwice' })
    }
  }
}
