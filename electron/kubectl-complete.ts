/** What kubectl starts to complete `kubectl ekscope …`, with the words so far. */
export {}

process.argv.splice(2, 0, '__complete', '--')
void import('./cli-start')
