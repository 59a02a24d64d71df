import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The order in which the test runner takes the files: a project whole, then the next, in each the longest first. A worker lives on as
 * long as the next file is of its project; with the projects in turn nearly every file began with a new process, which imports
 * everything anew.
 */
export class ByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = this.ctx.projects.map(({ name }) => name)
    const place = ({ project }: TestSpecification) => order.indexOf(project.name)
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}
