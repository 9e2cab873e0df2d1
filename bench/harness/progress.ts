/** Shows progress on stderr: a bar on a terminal, otherwise one line at the start and one at the end. */
import { SingleBar } from 'cli-progress'

export interface Progress {
  step(): void
  end(outcome: string): void
}

export function progress(label: string, steps: number): Progress {
  return process.stderr.isTTY ? bar(label, steps) : lines(label)
}

function bar(label: string, steps: number): Progress {
  const shown = new SingleBar({
    format: `${label} {bar} {value}/{total}, {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    barsize: 24,
  })
  shown.start(steps, 0)
  return { step: () => shown.increment(), end: () => shown.stop() }
}

function lines(label: string): Progress {
  const began = Date.now()
  console.error(`${label} …`)
  return {
    step: () => undefined,
    end: (outcome) =>
      console.error(`${label}: ${outcome} after ${Math.round((Date.now() - began) / 1000)} s`),
  }
}
