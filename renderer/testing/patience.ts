/** Nothing is judged by its time: what is to appear may take longer than a second on a busy machine. */
import { configure } from '@testing-library/react'

configure({ asyncUtilTimeout: 10_000 })
