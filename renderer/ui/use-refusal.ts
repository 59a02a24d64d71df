import { type FileProblem, problemSentence, refusedByKubectl } from '../../shared/kubeconfig/entries'
import type { Row } from '../rows/rows'
import { useApp } from './model'

/** Why kubectl refuses the file that a context stands in, and what to do; null: it reads it, as far as is known. */
export interface Refusal {
  readonly message: string
  readonly next: string
}

/** Of a context; the words of its file's first error. */
export function useRefusal(row: Row): Refusal | null {
  const file = useApp(({ snapshot }) => {
    const own = snapshot?.files.find(({ path }) => path === row.entry.origin.file)
    return own === undefined ? null : refusedByKubectl([own])
  })
  const problem: FileProblem | undefined = file?.problems.find(({ severity }) => severity === 'error')
  return !file || problem === undefined
    ? null
    : { message: problemSentence(file, problem), next: problem.next }
}
