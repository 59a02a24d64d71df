/** Refuses to start where nothing was built and no Electron was found: the tests would fail for reasons not their own. */
export default function prepared(): void {
  if (process.env.ELECTRON_EXEC_PATH === undefined) {
    throw new Error('Start these tests with `npm test -- e2e [arguments of playwright test]`.')
  }
}
